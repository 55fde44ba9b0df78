import {
  type Context,
  propagation,
  type TextMapGetter,
  type TextMapPropagator,
  type TextMapSetter,
  trace,
} from '@opentelemetry/api'
import { isTracingSuppressed } from './suppress.ts'

const getter: TextMapGetter<Headers> = {
  get: (headers, name) => headers.get(name) ?? undefined,
  keys: (headers) => [...headers.keys()],
}

const setter: TextMapSetter<Headers> = {
  set: (headers, name, value) => headers.set(name, value),
}

/** Returns `ctx` with the remote span context and the baggage that `headers` carry. */
export const extractHeaders = (
  propagator: TextMapPropagator,
  headers: Headers,
  ctx: Context,
): Context => propagator.extract(ctx, headers, getter)

/** Sets what `ctx` has to tell the next service; its baggage only if asked. */
export const injectHeaders = (
  propagator: TextMapPropagator,
  ctx: Context,
  headers: Headers,
  withBaggage: boolean,
): void => {
  if (isTracingSuppressed(ctx)) {
    return
  }
  const span = trace.getSpanContext(ctx)
  if (span && trace.isSpanContextValid(span)) {
    // Headers copied from an incoming request hold a tracestate that belongs to its traceparent.
    headers.delete('tracestate')
  }
  propagator.inject(withBaggage ? ctx : propagation.deleteBaggage(ctx), headers, setter)
}
