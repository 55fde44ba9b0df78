import type { Attributes, Context, Span } from '@opentelemetry/api'
import type { LogFields } from '../logs/record.ts'

/** One call of a binding, as it is told to whoever counts what is used. */
export interface UsedCall {
  /** As its span is called: `SELECT orders`, `get CACHE`. */
  readonly name: string
  readonly attributes: Attributes
}

/** What counts the use of resources: made by `usage()` of `hono-observability/usage`. */
export interface UsageInstrumentation {
  /** A call is about to be made. Returns what to fail with instead, when a budget is used up. */
  begin(call: UsedCall, context: Context): Error | undefined
  /** It was answered: `answer` is what its span was told of the result. */
  end(call: UsedCall, context: Context, answer: Attributes | undefined, result: unknown): void
  /** A request or another event, known by its scope, has come to its end. Returns the fields of its access line. */
  finish(scope: object, span: Span, response?: Response): LogFields
  /** A line was written to the console. */
  wrote?(line: string, context: Context): void
  /**
   * A statement was run again and again. Returns whether it was told, so that nobody else tells it.
   *
   * @param key Its text without values.
   */
  repeated?(call: UsedCall, key: string, count: number, context: Context): boolean
  /** From how many calls on they are repeated. */
  readonly repeats?: number | undefined
}
