import type { Sealed } from '../exporter.ts'
import type { Body } from './otlp-encoding.ts'

/** A request body on its way. */
export interface Payload {
  /** Of `body`, before it was compressed. */
  readonly contentType: string
  /** Replaced by its compressed form once that has been made, so that another attempt need not make it again. */
  body: Body
  /** Whether `body` is compressed. */
  isGzipped?: boolean
  /** By which a receiver can tell that it has had this already. */
  idempotencyKey?: string
}

/** The same, in a queue. */
export interface SealedPayload extends Payload, Sealed {
  /** What it counts for: spans, points, log records. */
  readonly count: number
}
