import { isPlainObject } from '../../base/plain-object.ts'
import type { ConnectionState } from './connection-state.ts'

/**
 * What a socket that hibernates has attached is all that outlives its object's sleep. What we know of the connection is
 * put around what the app attaches, and taken off before the app sees it, whoever of the app reads it. Only sockets of
 * objects whose class was instrumented so have it, from the moment they are accepted.
 *
 * An app may attach what a client has sent. So the time of the beginning is a `Date`: JSON cannot carry one, and what
 * only looks like an envelope is the app's.
 */
const KEY = 'hono-observability:websocket'

/** Where the time of the beginning is. */
const START = 5

/** A state without what is known otherwise. */
type Packed = readonly unknown[]

interface Envelope {
  readonly [KEY]: Packed
  readonly value: unknown
}

export const envelope = (state: ConnectionState, value: unknown): object => ({
  [KEY]: pack(state),
  value,
})

export const isEnvelope = (attached: unknown): attached is Envelope =>
  isPlainObject(attached) &&
  Object.keys(attached).length === 2 &&
  Array.isArray(attached[KEY]) &&
  attached[KEY][START] instanceof Date &&
  'value' in attached

/** The same state, around another value. */
export const envelopeLike = (attached: Envelope, value: unknown): object => ({
  [KEY]: attached[KEY],
  value,
})

/** @param className Names the connection, where no route does. */
export const stateIn = (attached: Envelope, className: string): ConnectionState => {
  const [spanId, traceId, parentId, traceFlags, route, start, ...rest] = attached[KEY] as [
    string,
    string,
    string,
    number,
    string | undefined,
    Date,
    number,
    number,
    number,
    number,
    number,
    string | undefined,
  ]
  const [receivedMessages, receivedBytes, sentMessages, sentBytes, failures, errorType] = rest
  return {
    spanId,
    parent: { traceId, spanId: parentId, traceFlags, isRemote: true },
    name: `websocket ${route ?? className}`,
    route,
    isRestored: true,
    startMs: start.getTime(),
    receivedMessages,
    receivedBytes,
    sentMessages,
    sentBytes,
    failures,
    errorType,
  }
}

const pack = ({ spanId, parent, route, startMs, ...state }: ConnectionState): Packed => [
  spanId,
  parent.traceId,
  parent.spanId,
  parent.traceFlags,
  route,
  new Date(startMs),
  state.receivedMessages,
  state.receivedBytes,
  state.sentMessages,
  state.sentBytes,
  state.failures,
  state.errorType,
]
