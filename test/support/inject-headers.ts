import type { Context, TextMapPropagator } from '@opentelemetry/api'
import { outboundHeaders } from '../../src/context/headers.ts'

/** Puts what `ctx` has to tell the next service among headers, of which those of a trace were copied from a caller. */
export const injectHeaders = (
  propagator: TextMapPropagator,
  ctx: Context,
  headers: Headers,
  baggage: boolean,
): void => {
  const changes = outboundHeaders(
    propagator,
    ctx,
    headers,
    { isCopied: () => true, state: undefined },
    { trace: true, callersState: true, baggage },
  )
  for (const [name, value] of changes) {
    if (value === undefined) {
      headers.delete(name)
    } else {
      headers.set(name, value)
    }
  }
}
