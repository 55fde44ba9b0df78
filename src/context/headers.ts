import {
  type Context,
  propagation,
  type TextMapGetter,
  type TextMapPropagator,
  trace,
} from '@opentelemetry/api'
import { isTracingSuppressed } from './suppress.ts'

const getter: TextMapGetter<Headers> = {
  get: (headers, name) => headers.get(name) ?? undefined,
  keys: (headers) => [...headers.keys()],
}

/** Returns `ctx` with the remote span context and the baggage that `headers` carry. */
export const extractHeaders = (
  propagator: TextMapPropagator,
  headers: Headers,
  ctx: Context,
): Context => propagator.extract(ctx, headers, getter)

/** What of a context goes to one receiver. */
export interface Outbound {
  /** Whether it is to know the trace. */
  readonly trace: boolean
  /** Whether it is to get the members of `tracestate` that came from our caller. */
  readonly callersState: boolean
  readonly baggage: boolean
}

/** What of the headers that a request has came with the request that it is sent in, and what that one was about. */
export interface Inbound {
  /** Whether the app copied this header from there. */
  isCopied(name: string, value: string): boolean
  /** The caller's tracestate; undefined when it is not known any more. */
  readonly state: string | undefined
}

const STATE = 'tracestate'

/**
 * The headers that tell the next service of `ctx`, by their names in lower case; undefined for those to leave out. They
 * replace what the app copied from its own caller, which would make the next service hang beside us. What the app
 * wrote itself stays, and then nothing is added.
 */
export const outboundHeaders = (
  propagator: TextMapPropagator,
  ctx: Context,
  sent: Headers,
  { isCopied, state }: Inbound,
  to: Outbound,
): ReadonlyMap<string, string | undefined> => {
  const changes = new Map<string, string | undefined>()
  if (isTracingSuppressed(ctx)) {
    return changes
  }
  const set = (_: unknown, name: string, value: string) =>
    void changes.set(name.toLowerCase(), value)
  const told = to.baggage ? ctx : propagation.deleteBaggage(ctx)
  if (!to.trace) {
    propagator.inject(trace.deleteSpan(told), sent, { set })
    return changes
  }
  const fields = propagator.fields().map((name) => name.toLowerCase())
  const copied: string[] = []
  for (const name of fields) {
    const value = name === STATE || name === 'baggage' ? null : sent.get(name)
    if (value !== null) {
      if (!isCopied(name, value)) {
        return changes
      }
      copied.push(name)
    }
  }
  propagator.inject(told, sent, { set })
  if (!to.callersState) {
    const own = ownMembers(changes.get(STATE), state)
    changes.delete(STATE)
    if (own) {
      changes.set(STATE, own)
    }
  }
  if (changes.size) {
    // Without a state of ours, that of the replaced header would seem to belong to ours.
    for (const name of [...copied, ...(fields.includes(STATE) && sent.has(STATE) ? [STATE] : [])]) {
      if (!changes.has(name)) {
        changes.set(name, undefined)
      }
    }
  }
  return changes
}

const keyOf = (member: string): string => member.slice(0, member.indexOf('=')).trim()

/** The members that this service has put there, such as its sampler's. */
const ownMembers = (sent = '', callers: string | undefined): string => {
  const theirs = new Set(callers?.split(',').map(keyOf))
  return callers === undefined
    ? ''
    : sent
        .split(',')
        .filter((member) => !theirs.has(keyOf(member)))
        .join()
}
