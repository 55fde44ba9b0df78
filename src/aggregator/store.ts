import type { AggregatorAck, AggregatorPush } from '../export/aggregator/protocol.ts'
import type { MetricData } from '../metrics/data.ts'
import type { AggregateLimits } from './aggregate.ts'
import { Ledger } from './ledger.ts'

/** The part of a Durable Object's SQLite storage that is used. */
export interface SqlStore {
  sql: { exec(query: string, ...bindings: unknown[]): Iterable<Record<string, unknown>> }
  transactionSync<T>(callback: () => T): T
}

/** Pushes that may be replayed when the object wakes up. */
const JOURNAL_SLOTS = 256

/** Longest journal entry in characters. A row holds 2 MB, a character takes up to 3 bytes. */
const MAX_ENTRY_LENGTH = 500_000

/**
 * A ledger in SQLite. Each push, or group of pushes, is one row written: an entry in a journal of fixed slots, which are used again.
 * When they are full, the parts of the ledger that changed are written and a new generation of entries begins;
 * those of an older one no longer count.
 */
export class Store {
  readonly ledger: Ledger
  readonly #storage: SqlStore
  #generation = 0
  #slot = 0

  /** Reads everything back. */
  constructor(storage: SqlStore, limits: AggregateLimits) {
    const { sql } = storage
    this.#storage = storage
    this.ledger = new Ledger(limits)
    sql.exec(
      'CREATE TABLE IF NOT EXISTS aggregator_state (key TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID',
    )
    sql.exec(
      'CREATE TABLE IF NOT EXISTS aggregator_journal (slot INTEGER PRIMARY KEY, generation INTEGER, entry TEXT)',
    )
    for (const { key, value } of sql.exec('SELECT key, value FROM aggregator_state ORDER BY key')) {
      if (key === GENERATION) {
        this.#generation = Number(value)
      } else {
        this.ledger.restore(key as string, JSON.parse(value as string))
      }
    }
    const entries = sql.exec(
      'SELECT entry FROM aggregator_journal WHERE generation = ? ORDER BY slot',
      this.#generation,
    )
    for (const { entry } of entries) {
      for (const { nowMs, push } of [JSON.parse(entry as string)].flat()) {
        this.ledger.apply(push, nowMs)
      }
      this.#slot++
    }
  }

  /**
   * Adds and stores a push in one transaction. After a throw nothing is stored, and this object must be
   * replaced: what it holds is no longer what is stored.
   */
  push(received: AggregatorPush, nowMs: number): AggregatorAck {
    return this.pushAll([received], nowMs)[0] as AggregatorAck
  }

  /** The same of several pushes, in one row. */
  pushAll(received: readonly AggregatorPush[], nowMs: number): AggregatorAck[] {
    return this.#storage.transactionSync(() => {
      const acks: AggregatorAck[] = []
      const entries: string[] = []
      for (const one of received) {
        const { push, text } = toStored(one)
        const ack = this.ledger.apply(push, nowMs)
        acks.push(ack)
        // All that a duplicate does is to be counted.
        const isIdle = !ack.applied && !ack.refused.length
        const stored = isIdle ? JSON.stringify({ ...push, metrics: [] }) : text
        entries.push(`{"nowMs":${nowMs},"push":${stored}}`)
      }
      const entry = entries.length === 1 ? (entries[0] as string) : `[${entries.join()}]`
      if (this.#slot === JOURNAL_SLOTS || entry.length > MAX_ENTRY_LENGTH) {
        this.#checkpoint()
      } else {
        this.#storage.sql.exec(
          'INSERT INTO aggregator_journal VALUES (?, ?, ?) ON CONFLICT (slot) DO UPDATE SET generation = excluded.generation, entry = excluded.entry',
          this.#slot++,
          this.#generation,
          entry,
        )
      }
      return acks
    })
  }

  /** Changes the ledger by other means than a push, and stores it all. */
  change(change: (ledger: Ledger) => void): void {
    this.#storage.transactionSync(() => {
      change(this.ledger)
      if (this.ledger.dirty.size) {
        this.#checkpoint()
      }
    })
  }

  #checkpoint(): void {
    const { dirty } = this.ledger
    dirty.set(GENERATION, ++this.#generation)
    for (const [key, value] of dirty) {
      if (value === undefined) {
        this.#storage.sql.exec('DELETE FROM aggregator_state WHERE key = ?', key)
      } else {
        this.#storage.sql.exec(
          'INSERT INTO aggregator_state VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value',
          key,
          JSON.stringify(value),
        )
      }
    }
    dirty.clear()
    this.#slot = 0
  }
}

/** The state's row with the number of the journal's generation. */
const GENERATION = 'n'

/** Undefined for what JSON has no form of: RPC carries values that no attribute may be. */
const toJson = (value: unknown): string | undefined => {
  try {
    return JSON.stringify(value)
  } catch {
    return undefined
  }
}

const toStored = (push: AggregatorPush): { push: AggregatorPush; text: string } => {
  const text = toJson(push)
  if (text) {
    return { push, text }
  }
  const stripped = { ...push, metrics: push.metrics.map(strip) }
  return { push: stripped, text: JSON.stringify(stripped) }
}

/** Leaves nothing of a metric that cannot be stored but its name, to be refused. */
const strip = (metric: MetricData): MetricData =>
  toJson(metric) ? metric : ({ name: metric.name, points: null } as unknown as MetricData)
