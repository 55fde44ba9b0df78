import { isSpanContextValid, type SpanContext } from '@opentelemetry/api'
import { ownTraceState } from '../context/tracestate.ts'

/**
 * A copy of a span context that may be anybody's: what its owner could still change, or that could throw when it is
 * sent, is not kept. Undefined for one without real ids, which would make the receiver refuse the whole batch.
 */
export const plainSpanContext = (context: SpanContext | undefined): SpanContext | undefined => {
  try {
    const { traceId, spanId, traceFlags, isRemote, traceState } = context as SpanContext
    const copy: SpanContext = { traceId, spanId, traceFlags: Number(traceFlags) & 0xff }
    if (typeof traceId !== 'string' || typeof spanId !== 'string' || !isSpanContextValid(copy)) {
      return undefined
    }
    if (isRemote !== undefined) {
      copy.isRemote = isRemote === true
    }
    const state = ownTraceState(traceState)
    if (state) {
      copy.traceState = state
    }
    return copy
  } catch {
    return undefined
  }
}
