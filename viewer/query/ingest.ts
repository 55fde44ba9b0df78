import type { Sql } from '../sql/sql.ts'
import { STEPS_S } from '../store/request-buckets.ts'

/** Posts of one kind, and what they brought. */
export interface IngestFigures {
  posts: number
  /** As sent, compressed or not. */
  bytes: number
  decodedBytes: number
  /** Spans, log records or points that were stored. */
  items: number
  rejected: number
  /** Stored, but not whole. */
  shortened: number
  /** Posts answered with an error. */
  refused: number
}

/** What senders have sent: what a real backend would receive of them. */
export interface IngestView {
  fromMs: number
  toMs: number
  stepMs: number
  /** By signal and encoding, in that time. */
  signals: (IngestFigures & { signal: string; encoding: string })[]
  total: IngestFigures
  /** Slots that had posts. */
  timeline: (IngestFigures & { timeMs: number; signal: string })[]
}

const SUMS =
  'sum(posts) AS posts, sum(bytes) AS bytes, sum(decoded_bytes) AS decoded_bytes, sum(items) AS items, sum(rejected) AS rejected, sum(shortened) AS shortened, sum(refused) AS refused'
const FINE_RANGE_MS = 60 * 60_000

/** Reads the statistics of posts. */
export function ingestView(sql: Sql, fromMs: number, toMs: number): IngestView {
  const [fineS, coarseS] = STEPS_S
  const stepS = toMs - fromMs <= FINE_RANGE_MS ? fineS : coarseS
  const where = 'FROM ingest WHERE step_s = ? AND slot BETWEEN ? AND ?'
  const values = [stepS, Math.floor(fromMs / 1000 / stepS), Math.floor(toMs / 1000 / stepS)]
  return {
    fromMs,
    toMs,
    stepMs: stepS * 1000,
    signals: sql
      .all(`SELECT signal, encoding, ${SUMS} ${where} GROUP BY signal, encoding`, ...values)
      .map((row) => ({
        signal: String(row.signal),
        encoding: String(row.encoding),
        ...figures(row),
      })),
    total: figures(sql.all(`SELECT ${SUMS} ${where}`, ...values)[0] ?? {}),
    timeline: sql
      .all(
        `SELECT slot, signal, ${SUMS} ${where} GROUP BY slot, signal ORDER BY slot, signal`,
        ...values,
      )
      .map((row) => ({
        timeMs: Number(row.slot) * stepS * 1000,
        signal: String(row.signal),
        ...figures(row),
      })),
  }
}

function figures(row: Record<string, unknown>): IngestFigures {
  return {
    posts: Number(row.posts ?? 0),
    bytes: Number(row.bytes ?? 0),
    decodedBytes: Number(row.decoded_bytes ?? 0),
    items: Number(row.items ?? 0),
    rejected: Number(row.rejected ?? 0),
    shortened: Number(row.shortened ?? 0),
    refused: Number(row.refused ?? 0),
  }
}
