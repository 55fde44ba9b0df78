import type { Attributes, SpanKind } from '@opentelemetry/api'

/** One call of a binding, as a span and a measurement. */
export interface Operation {
  name: string
  /** Default CLIENT. */
  kind?: SpanKind
  attributes: Attributes
  /** Whether it answers at once, without a promise. */
  isSync?: boolean
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
   * For a result that stays what it is although it is waited for: receives the promise to ask in its place. Somebody
   * who asks the result itself is its second listener, and V8 names the callers of an error to one only.
   */
  answered?(answer: Promise<unknown>): void
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
