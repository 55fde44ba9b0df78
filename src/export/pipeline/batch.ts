import type { Payload } from '../otlp/payload.ts'

/** Records on their way: taken from the buffer, encoded once, kept until a receiver answers. */
export interface Batch extends Payload {
  /** What it takes of the queue's cap on bytes, from its encoding until it is gone. */
  readonly bytes: number
  /** Records in it. */
  readonly records: number
  /** What they count for: spans, points, log records. */
  readonly count: number
  attempts: number
  /** When the current attempt began; an attempt whose request died with its context is found by its age. */
  sentAtMs: number
}
