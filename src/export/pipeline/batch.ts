import type { Sealed } from '../exporter.ts'

/** Records on their way: taken from the buffer, sealed once, kept until a receiver answers. */
export interface Batch<T = unknown> {
  /** Kept as well, in case the receiver wants them in parts. */
  readonly records: readonly T[]
  /** What it takes of the queue's cap: the records as estimated, and what they are sealed in. */
  bytes: number
  /** Undefined before the first attempt. */
  sealed: Sealed | undefined
  /** What they count for: spans, points, log records. */
  readonly count: number
  attempts: number
  /** When the current attempt began; an attempt whose request died with its context is found by its age. */
  sentAtMs: number
}
