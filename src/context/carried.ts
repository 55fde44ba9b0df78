import { type Context, propagation } from '@opentelemetry/api'

/**
 * The property under which a trace context travels where there are no headers: in RPC arguments, queue messages and
 * the parameters of a Workflow.
 */
const KEY = 'hono-observability:context'

/** What `propagation.inject` writes: `traceparent`, `tracestate`, `baggage`. Plain data, so that it can be cloned. */
type Carrier = Record<string, string>

/** A trace context as a value of its own: the last argument of an RPC call. */
export interface CarriedContext {
  readonly [KEY]: Carrier
}

/** A value that travels together with a trace context: the body of a message, the parameters of a Workflow. */
export interface CarriedValue extends CarriedContext {
  readonly value: unknown
}

/** Writes the context down; undefined when there is nothing in it to send. */
export const carry = (context: Context): CarriedContext | undefined => {
  const carrier: Carrier = {}
  propagation.inject(context, carrier)
  return Object.keys(carrier).length ? { [KEY]: carrier } : undefined
}

/** Puts a value and the context into one; just the value when there is nothing to send. */
export const enclose = (context: Context, value: unknown): unknown => {
  const carried = carry(context)
  return carried ? { ...carried, value } : value
}

/** Whether a context was sent with, or as, this value. */
export const isCarried = (value: unknown): value is CarriedContext | CarriedValue =>
  typeof value === 'object' &&
  value !== null &&
  Object.hasOwn(value, KEY) &&
  typeof (value as CarriedContext)[KEY] === 'object' &&
  (value as CarriedContext)[KEY] !== null

/** What was {@link enclose}d; any other value as it is. JSON drops a `value` that is undefined. */
export const disclose = (value: unknown): unknown =>
  isCarried(value) ? (value as CarriedValue).value : value

/** The context that came with a value, on top of `context`; `context` itself when none or a wrong one did. */
export const carriedContext = (context: Context, value: unknown): Context =>
  isCarried(value) ? propagation.extract(context, value[KEY]) : context
