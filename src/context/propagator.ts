import {
  type Context,
  propagation,
  type TextMapGetter,
  type TextMapPropagator,
  type TextMapSetter,
  trace,
} from '@opentelemetry/api'
import { guard } from '../base/guard.ts'
import { formatBaggage, parseBaggage } from './baggage.ts'
import { outbound } from './native-tracing.ts'
import { isTracingSuppressed } from './suppress.ts'
import { formatTraceparent, parseTraceparent } from './traceparent.ts'
import { createTraceState, formatTraceState } from './tracestate.ts'

const TRACEPARENT = 'traceparent'
const TRACESTATE = 'tracestate'
const BAGGAGE = 'baggage'

type Set = (name: string, value: string) => void

/**
 * Joined as HTTP joins them: right for lists, and a second traceparent makes the first invalid. Carriers that came in a
 * message may hold anything, whatever their type says.
 */
const read = <Carrier>(
  carrier: Carrier,
  getter: TextMapGetter<Carrier>,
  name: string,
): string | undefined => {
  const value: unknown = getter.get(carrier, name)
  if (typeof value === 'string') {
    return value
  }
  return Array.isArray(value) && value.every((item) => typeof item === 'string')
    ? value.join()
    : undefined
}

const extractTrace = <Carrier>(
  ctx: Context,
  carrier: Carrier,
  getter: TextMapGetter<Carrier>,
): Context => {
  const header = read(carrier, getter, TRACEPARENT)
  const parent = header ? parseTraceparent(header) : undefined
  if (parent === undefined) {
    return ctx
  }
  const list = read(carrier, getter, TRACESTATE)
  if (list) {
    parent.traceState = createTraceState(list)
  }
  return trace.setSpanContext(ctx, parent)
}

const extractBaggage = <Carrier>(
  ctx: Context,
  carrier: Carrier,
  getter: TextMapGetter<Carrier>,
): Context => {
  const header = read(carrier, getter, BAGGAGE)
  const baggage = header ? parseBaggage(header) : undefined
  return baggage === undefined ? ctx : propagation.setBaggage(ctx, baggage)
}

const injectTrace = (ctx: Context, set: Set): void => {
  const span = outbound(trace.getSpan(ctx))
  const header = span && formatTraceparent(span)
  if (!header) {
    return
  }
  set(TRACEPARENT, header)
  set(TRACESTATE, formatTraceState(span.traceState))
}

const injectBaggage = (ctx: Context, set: Set): void => {
  const baggage = propagation.getBaggage(ctx)
  const header = baggage && formatBaggage(baggage)
  if (header) {
    set(BAGGAGE, header)
  }
}

const failed = (error: unknown): undefined =>
  guard(() => {
    throw error
  })

/** What a {@link W3CPropagator} can carry, by the names `OTEL_PROPAGATORS` has for them. */
export type W3CFormat = 'tracecontext' | 'baggage'

/**
 * Carries span contexts and baggage in W3C headers: Trace Context level 2 and Baggage.
 * Injects nothing from a context in which tracing is suppressed. Never throws, whatever carrier and context are.
 */
export class W3CPropagator implements TextMapPropagator {
  readonly #trace: boolean
  readonly #baggage: boolean

  constructor(formats: readonly W3CFormat[]) {
    this.#trace = formats.includes('tracecontext')
    this.#baggage = formats.includes('baggage')
  }

  inject<Carrier>(ctx: Context, carrier: Carrier, setter: TextMapSetter<Carrier>): void {
    try {
      if (isTracingSuppressed(ctx)) {
        return
      }
      const set: Set = (name, value) => {
        if (value) {
          setter.set(carrier, name, value)
        }
      }
      if (this.#trace) {
        injectTrace(ctx, set)
      }
      if (this.#baggage) {
        injectBaggage(ctx, set)
      }
    } catch (error) {
      failed(error)
    }
  }

  extract<Carrier>(ctx: Context, carrier: Carrier, getter: TextMapGetter<Carrier>): Context {
    let next = ctx
    try {
      if (this.#trace) {
        next = extractTrace(next, carrier, getter)
      }
      if (this.#baggage) {
        next = extractBaggage(next, carrier, getter)
      }
    } catch (error) {
      failed(error)
    }
    return next
  }

  fields(): string[] {
    return [...(this.#trace ? [TRACEPARENT, TRACESTATE] : []), ...(this.#baggage ? [BAGGAGE] : [])]
  }
}
