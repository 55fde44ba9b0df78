import { type Span, type SpanOptions, trace } from '@opentelemetry/api'
import { activeContext, runWithContext } from '../context/async-context.ts'
import { isThenable } from '../thenable.ts'
import { SCOPE_NAME, VERSION } from '../version.ts'
import { recordFailure } from './failure.ts'

/**
 * Runs `fn` in a new span, a child of the active one, and ends the span when `fn` returns or its promise settles.
 * What `fn` throws is recorded on the span (status ERROR, `error.type`, an exception event) and thrown again.
 * Outside a request, or with tracing disabled, `fn` just runs.
 *
 * @param name - Low-cardinality name, such as `price` (not `price 1742`).
 * @param fn - Sync or async; receives the span.
 * @param options - Kind, attributes, links, start time, as in the OpenTelemetry API.
 * @returns What `fn` returns.
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
  const parent = activeContext()
  const span = trace.getTracer(SCOPE_NAME, VERSION).startSpan(name, options, parent)
  return runWithContext(trace.setSpan(parent, span), () => runInSpan(span, fn))
}

const runInSpan = <T>(span: Span, fn: (span: Span) => T): T => {
  let result: T
  try {
    result = fn(span)
  } catch (error) {
    fail(span, error)
    throw error
  }
  if (isThenable(result)) {
    return result.then(
      (value) => {
        span.end()
        return value
      },
      (error: unknown) => {
        fail(span, error)
        throw error
      },
    ) as T
  }
  span.end()
  return result
}

const fail = (span: Span, error: unknown): void => {
  recordFailure(span, error)
  span.end()
}
