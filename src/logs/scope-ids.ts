import { type Context, isSpanContextValid, trace } from '@opentelemetry/api'
import type { LogScope } from './core.ts'

/** The ids of a context's span. None where nothing is traced: its span has zeros, which are nobody's ids. */
export const idsOf = (
  context: Context,
): Pick<LogScope, 'traceId' | 'spanId' | 'traceFlags'> | undefined => {
  const span = trace.getSpanContext(context)
  if (!span || !isSpanContextValid(span)) {
    return undefined
  }
  const { traceId, spanId, traceFlags } = span
  return { traceId, spanId, traceFlags }
}
