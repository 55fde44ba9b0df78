import { SPANS_PER_TRACE } from '../sql/schema.ts'
import type { Sql } from '../sql/sql.ts'
import { STEPS_S } from './request-buckets.ts'

/** How much is kept. */
export interface Limits {
  /** Bytes in use, indexes included. */
  maxBytes: number
  /** Since it was received. */
  maxAgeMs: number
}

type Kind = 'traces' | 'logs' | 'points'

const KINDS: readonly Kind[] = ['traces', 'logs', 'points']

/** Rows removed in one transaction, so that no request waits long for it. */
const CHUNK: Record<Kind, number> = { traces: 200, logs: 2000, points: 4000 }

const TIDY_INTERVAL_MS = 60_000
const FINE_SLOTS_KEPT_MS = 3 * 3_600_000
/** Pages of an index that are merged after something was removed. */
const MERGED_PAGES = 500
const MAX_REQUEST_ROWS = 1_000_000

/** Removes the oldest first, when it is too old or too much. */
export class Retention {
  readonly limits: Limits
  readonly #sql: Sql
  readonly #bytes: Record<Kind, number>
  #tidiedMs = 0

  constructor(sql: Sql, limits: Limits) {
    this.#sql = sql
    this.limits = limits
    this.#bytes = { traces: 0, logs: 0, points: 0 }
    this.measure()
  }

  /** Bytes in use. */
  get bytes(): number {
    return this.#sql.size()
  }

  /** Sums up what is stored of each kind, by estimate: only what is largest is asked of it. */
  measure(): void {
    for (const kind of KINDS) {
      const row = this.#sql.all(`SELECT sum(bytes) AS bytes FROM ${kind}`)[0]
      this.#bytes[kind] = Number(row?.bytes ?? 0)
    }
  }

  add(kind: Kind, bytes: number): void {
    this.#bytes[kind] += bytes
  }

  /** Brings the store within its limits. Returns true when shared rows may be gone. */
  sweep(nowMs: number): boolean {
    this.#shrink()
    if (nowMs - this.#tidiedMs < TIDY_INTERVAL_MS) return false
    this.#tidiedMs = nowMs
    for (const kind of KINDS) {
      while (this.#removeOldest(kind, nowMs - this.limits.maxAgeMs)) {
        // Each time, a chunk less.
      }
    }
    this.#tidy(nowMs)
    return true
  }

  /**
   * Removes as much as is too much. The index gives its pages back only when its parts are merged,
   * so it is not measured again until then: that would remove far more.
   */
  #shrink(): void {
    const size = this.#sql.size()
    let excess = size - this.limits.maxBytes
    if (excess <= 0) return
    const estimated = Math.max(1, this.#bytes.traces + this.#bytes.logs + this.#bytes.points)
    const perEstimated = size / estimated
    while (excess > 0) {
      const largest = KINDS.reduce((a, b) => (this.#bytes[b] > this.#bytes[a] ? b : a))
      const before = this.#bytes[largest]
      if (!this.#removeOldest(largest, Number.POSITIVE_INFINITY)) break
      excess -= (before - this.#bytes[largest]) * perEstimated
    }
    for (const index of ['span_words', 'log_words']) {
      this.#sql.all(`INSERT INTO ${index} (${index}, rank) VALUES ('merge', ?)`, MERGED_PAGES)
    }
  }

  /** Removes a chunk of what was received before `beforeMs`. False when there was nothing. */
  #removeOldest(kind: Kind, beforeMs: number): boolean {
    const rows = this.#sql
      .all(`SELECT id, received_ms, bytes FROM ${kind} ORDER BY id LIMIT ?`, CHUNK[kind])
      .filter((row) => Number(row.received_ms) < beforeMs)
    const last = Number(rows.at(-1)?.id)
    if (rows.length === 0) {
      if (beforeMs === Number.POSITIVE_INFINITY) this.#bytes[kind] = 0
      return false
    }
    this.#sql.transaction(() => {
      this.#sql.all(`DELETE FROM ${kind} WHERE id <= ?`, last)
      this.#sql.all(
        'INSERT INTO removed VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET records = records + excluded.records, before_ms = max(before_ms, excluded.before_ms)',
        kind,
        rows.length,
        Number(rows.at(-1)?.received_ms),
      )
      if (kind === 'traces') {
        const end = (last + 1) * SPANS_PER_TRACE
        this.#sql.all('DELETE FROM spans WHERE id < ?', end)
        this.#sql.all('DELETE FROM span_words WHERE rowid < ?', end)
      } else if (kind === 'logs') {
        this.#sql.all('DELETE FROM log_words WHERE rowid <= ?', last)
      } else {
        this.#sql.all('DELETE FROM exemplars WHERE point <= ?', last)
      }
    })
    for (const { bytes } of rows) this.#bytes[kind] -= Number(bytes)
    return true
  }

  #tidy(nowMs: number): void {
    const oldest = (kind: Kind): number =>
      Number(
        this.#sql.all(`SELECT received_ms FROM ${kind} ORDER BY id LIMIT 1`)[0]?.received_ms ??
          nowMs,
      )
    const [traces, logs, points] = [oldest('traces'), oldest('logs'), oldest('points')]
    const any = Math.min(traces, logs, points)
    const [fineS, coarseS] = STEPS_S
    const slotBefore = (ageMs: number, stepS: number): number =>
      Math.floor((nowMs - ageMs) / 1000 / stepS)
    this.#sql.transaction(() => {
      this.#sql.all('DELETE FROM series WHERE last_ms < ?', points)
      this.#sql.all('DELETE FROM instruments WHERE last_ms < ?', points)
      this.#sql.all('DELETE FROM resources WHERE last_ms < ?', any)
      this.#sql.all('DELETE FROM scopes WHERE last_ms < ?', any)
      this.#sql.all('DELETE FROM profiles WHERE received_ms < ?', nowMs - this.limits.maxAgeMs)
      for (const table of ['requests', 'ingest']) {
        const remove = `DELETE FROM ${table} WHERE step_s = ? AND slot < ?`
        const fineMs = Math.min(FINE_SLOTS_KEPT_MS, this.limits.maxAgeMs)
        this.#sql.all(remove, fineS, slotBefore(fineMs, fineS))
        this.#sql.all(remove, coarseS, slotBefore(this.limits.maxAgeMs, coarseS))
      }
      const rows = Number(this.#sql.all('SELECT count(*) AS n FROM requests')[0]?.n)
      if (rows > MAX_REQUEST_ROWS) this.#sql.all('DELETE FROM requests')
    })
  }
}
