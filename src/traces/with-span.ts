import {
  type Context,
  INVALID_SPAN_CONTEXT,
  type Span,
  type SpanOptions,
  trace,
} from '@opentelemetry/api'
import { guard } from '../base/guard.ts'
import { SCOPE_NAME, VERSION } from '../base/version.ts'
import { activeContext, runWithContext } from '../context/async-context.ts'
import { ROOT } from '../context/context.ts'
import { watch } from '../context/results/watch.ts'
import { Watcher } from '../context/results/watcher.ts'
import { recordFailure } from './failure.ts'
import { RecordingSpan } from './span.ts'

/**
 * Runs `fn` in a new span, a child of the active one, and ends the span when the work is over: when `fn` returns, when
 * its promise settles, when the query that it returned has been awaited, when the generator or the stream that it
 * returned has ended. What `fn` throws is recorded on the span (status ERROR, `error.type`, an exception event) and
 * thrown again. Outside a request, or with tracing disabled, `fn` just runs.
 *
 * Of what has not begun when the request's own span ends, and of streams that the runtime sends by itself, the span
 * ends with the request's.
 *
 * @param name - Low-cardinality name, such as `price` (not `price 1742`).
 * @param fn - Sync or async; receives the span.
 * @param options - Kind, attributes, links, start time, as in the OpenTelemetry API.
 * @returns The very thing that `fn` returns.
 * @throws TypeError when `fn` is not a function; otherwise only what `fn` throws.
 *
 * @example
 * ```ts
 * import { withSpan } from 'hono-observability'
 *
 * const total = await withSpan('price', async (span) => {
 *   span.setAttribute('cart.items', 3)
 *   return 42
 * })
 * ```
 */
export const withSpan = <T>(name: string, fn: (span: Span) => T, options?: SpanOptions): T => {
  if (typeof fn !== 'function') {
    throw new TypeError(`Cannot run a span: \`fn\` must be a function, received ${typeof fn}`)
  }
  const parent = activeContext()
  const span = start(name, options, parent)
  if (span instanceof RecordingSpan) {
    span.isOfApp = true
  }
  const context = contextOf(parent, span)
  let result: T
  try {
    result = runWithContext(context, () => fn(span))
  } catch (error) {
    fail(span, error)
    throw error
  }
  if ((typeof result === 'object' && result !== null) || typeof result === 'function') {
    watch(result, new SpanWatcher(context, span))
  } else {
    end(span)
  }
  return result
}

/** Whoever makes the spans, and whatever it is given, `fn` runs. */
const start = (name: string, options: SpanOptions | undefined, parent: Context): Span =>
  guard(() => trace.getTracer(SCOPE_NAME, VERSION).startSpan(name, options, parent)) ??
  trace.wrapSpanContext(INVALID_SPAN_CONTEXT)

const contextOf = (parent: Context, span: Span): Context => {
  try {
    return trace.setSpan(parent, span)
  } catch {
    return trace.setSpan(ROOT, span)
  }
}

class SpanWatcher extends Watcher {
  readonly #span: Span

  constructor(context: Context, span: Span) {
    super(context)
    this.#span = span
  }

  protected ended(): void {
    this.#span.end()
  }

  protected failed(error: unknown): void {
    fail(this.#span, error)
  }
}

const end = (span: Span): void => {
  guard(() => span.end())
}

const fail = (span: Span, error: unknown): void => {
  guard(() => recordFailure(span, error))
  end(span)
}
