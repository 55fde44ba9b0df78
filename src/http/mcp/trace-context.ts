import {
  type Context,
  type Link,
  propagation,
  type TextMapPropagator,
  trace,
} from '@opentelemetry/api'
import * as HONO_ATTR from '../../base/hono-attributes.ts'
import { ROOT } from '../../context/context.ts'
import { nativeTraceOf } from '../../context/native-tracing.ts'
import type { Json } from '../genai/json.ts'
import { type Message, metaOf, paramsOf } from './messages.ts'

const getter = {
  get: (meta: Json, name: string): string | undefined =>
    Object.hasOwn(meta, name) && typeof meta[name] === 'string' ? meta[name] : undefined,
  keys: (meta: Json): string[] => Object.keys(meta),
}

/** Where the span of a received request hangs, and what it is linked to. */
export interface Parent {
  readonly parent: Context
  readonly links: Link[]
}

/** How far a sender is believed: with the baggage that it sends only where the app has said so of this connection. */
export type Trust = 'none' | 'trace' | 'baggage'

/**
 * Reads the sender's trace from `params._meta`. Believed, it is the parent, and what the message came in is linked;
 * otherwise it is the other way round. "MCP", "Context propagation".
 */
export const readParent = (
  propagator: TextMapPropagator,
  message: Message,
  ambient: Context,
  trustOf: () => Trust,
): Parent => {
  const meta = metaOf(message)
  const sender = trace.getSpanContext(propagator.extract(ROOT, meta, getter))
  if (!sender || !trace.isSpanContextValid(sender)) {
    return { parent: ambient, links: [] }
  }
  const active = trace.getSpan(ambient)
  // What the platform traces is all one tree of its own.
  const trust = nativeTraceOf(active) ? 'none' : trustOf()
  if (trust !== 'none') {
    const around = active?.spanContext()
    return {
      parent:
        trust === 'baggage'
          ? propagator.extract(ambient, meta, getter)
          : trace.setSpanContext(ambient, sender),
      links: around && trace.isSpanContextValid(around) ? [{ context: around }] : [],
    }
  }
  const { traceId, spanId, traceFlags } = sender
  return {
    parent: ambient,
    links: [
      {
        context: { traceId, spanId, traceFlags, isRemote: true },
        attributes: { [HONO_ATTR.linkReason]: 'untrusted_caller' },
      },
    ],
  }
}

/**
 * The message with the trace in its `params._meta`, a copy: what the app has written there stays. What came from our own
 * caller, his baggage and `tracestate`, is not sent on.
 */
export const withTraceIn = (
  propagator: TextMapPropagator,
  message: Message,
  context: Context,
): Message => {
  const carried: Record<string, string> = {}
  propagator.inject(propagation.deleteBaggage(context), carried, {
    set: (carrier, name, value) => {
      carrier[name] = value
    },
  })
  const { tracestate: _state, baggage: _baggage, ...told } = carried
  const meta = metaOf(message)
  return Object.keys(told).some((name) => Object.hasOwn(meta, name))
    ? message
    : { ...message, params: { ...paramsOf(message), _meta: { ...meta, ...told } } }
}
