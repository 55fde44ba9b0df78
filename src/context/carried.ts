import { type Context, propagation } from '@opentelemetry/api'
import { isPlainObject } from '../base/plain-object.ts'

/** The property under which a trace context travels where there are no headers. */
export const KEY = 'hono-observability:context'

/** What only code can put beside it: see {@link carry}. */
const WRITER = 'hono-observability:writer'

/** What `propagation.inject` writes: `traceparent`, `tracestate`, `baggage`. */
export type Carrier = Readonly<Record<string, string>>

/** Writes the context down; undefined when there is nothing in it to send. */
export const carrierOf = (context: Context): Carrier | undefined => {
  const carrier: Record<string, string> = {}
  propagation.inject(context, carrier)
  return Object.keys(carrier).length ? carrier : undefined
}

/**
 * A trace context as the last argument of an RPC call; undefined when there is nothing to send.
 *
 * That we wrote it is known by two things of it that no data brings along, whatever format a client sends: a function,
 * which arrives as a stub, and a `Map`. It is never called.
 */
export const carry = (context: Context): object | undefined => {
  const carrier = carrierOf(context)
  return carrier && { [KEY]: new Map(Object.entries(carrier)), [WRITER]: writer }
}

const writer = (): void => {}

/** Whether a value is what {@link carry} wrote. */
export const isCarried = (value: unknown): value is object => {
  if (!isPlainObject(value) || Object.keys(value).length !== 2) {
    return false
  }
  // Read once, and as data: nothing is called that a value brings along.
  const { [KEY]: carrier, [WRITER]: written } = value
  return carrier instanceof Map && typeof written === 'function'
}

/** The context that came with a call, on top of `context`; `context` itself when none did, or a wrong one. */
export const carriedContext = (context: Context, value: unknown): Context =>
  isCarried(value)
    ? propagation.extract(
        context,
        Object.fromEntries(
          (value as Record<string, Map<string, string>>)[KEY] as Map<string, string>,
        ),
      )
    : context
