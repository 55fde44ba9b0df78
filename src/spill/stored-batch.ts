import type { Payload } from '../otlp/payload.ts'

/** A batch that may outlive its isolate. */
export interface StoredBatch extends Payload {
  /** Unique, and ordered by time. Every request with this batch carries it as `Idempotency-Key`. */
  readonly id: string
  readonly contentType: string
  /** What it counts for: spans, log records. */
  readonly count: number
}

const TIME_DIGITS = 13
const SEQUENCE_DIGITS = 6

let sequence = 0

/** In order of time; of one isolate also within a millisecond. */
export const newId = (nowMs: number): string => {
  const next = (sequence++).toString(36).padStart(SEQUENCE_DIGITS, '0')
  return `${String(nowMs).padStart(TIME_DIGITS, '0')}-${next}-${crypto.randomUUID().slice(0, 13)}`
}

/** When the batch of this id was first to be sent, in milliseconds since the epoch. */
export const timeOf = (id: string): number => Number(id.slice(0, TIME_DIGITS))
