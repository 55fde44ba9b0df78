import { type Context, type SpanContext, type TextMapPropagator, trace } from '@opentelemetry/api'
import { guard } from '../base/guard.ts'
import { type Inbound, type Outbound, outboundHeaders } from '../context/headers.ts'
import { RecordingSpan } from '../traces/span.ts'
import { currentRequest, type RequestScope } from './request-scope.ts'
import { type GivenHeaders, withHeaders } from './with-headers.ts'

/**
 * The arguments of a `fetch` with what tells the other side of the trace. A fault leaves them as they are: the
 * runtime then says what is wrong with them.
 */
export const withTrace = (
  args: readonly unknown[],
  given: GivenHeaders,
  propagator: TextMapPropagator,
  context: Context,
  to: Outbound,
): readonly unknown[] => {
  const changes = guard(() =>
    outboundHeaders(propagator, context, given.headers, inboundOf(context), to),
  )
  if (!args.length || (!changes?.size && !given.isRead)) {
    return args
  }
  try {
    const [input, init, ...more] = args as Parameters<typeof fetch>
    return [...withHeaders(input, init, given, changes ?? new Map()), ...more]
  } catch {
    return args
  }
}

const inboundOf = (context: Context): Inbound => {
  const scope = currentRequest(context)
  const headers = scope?.request?.headers
  const root = rootOf(scope, context)
  return {
    isCopied: (name, value) =>
      headers
        ? headers.get(name) === value
        : name === 'traceparent' &&
          callersOf(root).some(({ traceId, spanId }) => value.includes(`-${traceId}-${spanId}-`)),
    state: headers
      ? (headers.get('tracestate') ?? '')
      : root && (root.parentSpanContext?.traceState?.serialize() ?? ''),
  }
}

const rootOf = (scope: RequestScope | undefined, context: Context): RecordingSpan | undefined => {
  const span = scope?.span ?? trace.getSpan(context)
  return span instanceof RecordingSpan ? span.localTrace.root : undefined
}

/** Of a request that has ended: its parent, or who would have been had it been believed. */
const callersOf = (root: RecordingSpan | undefined): SpanContext[] =>
  root
    ? [
        ...(root.parentSpanContext ? [root.parentSpanContext] : []),
        ...root.linkList.map((link) => link.context),
      ]
    : []
