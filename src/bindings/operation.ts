import type { Attributes, SpanKind } from '@opentelemetry/api'

/** One call of a binding, as a span and a measurement. */
export interface Operation {
  name: string
  /** Default CLIENT. */
  kind?: SpanKind
  attributes: Attributes
  /** What the result tells; `error.type` among it makes it a failure. */
  succeeded?: ((result: unknown) => Attributes | undefined) | undefined
  failed?(error: unknown): Attributes | undefined
  /** Called at the end, with `error.type` if it failed. */
  measure?: Measure | undefined
  /** Milliseconds from which on it is logged as slow, instead of what the options say; false for never. */
  slowThresholdMs?: number | false
  /** The name of the logger that tells that it was slow. Default `bindings`. */
  logger?: string
  /**
   * For results that go on, such as streams: what to hand out instead, which calls `end` or `fail` once it has ended.
   * Undefined for results that are all there.
   */
  goesOn?(result: unknown, started: Ongoing): unknown
}

export type Measure = (durationMs: number, failure: Attributes | undefined) => void

/** An operation that has been answered and has not ended. */
export interface Ongoing {
  readonly startedMs: number
  end(attributes: Attributes): void
  fail(error: unknown): void
}
