import type { Sealed } from '../exporter.ts'

/** Records on their way: taken from the buffer, sealed once, kept until a receiver answers. */
export interface Batch {
  readonly sealed: Sealed
  /** Records in it. */
  readonly records: number
  /** What they count for: spans, points, log records. */
  readonly count: number
  attempts: number
  /** When the current attempt began; an attempt whose request died with its context is found by its age. */
  sentAtMs: number
}
