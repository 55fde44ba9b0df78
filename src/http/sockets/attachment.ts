import { isPlainObject } from '../../context/plain-object.ts'
import type { ConnectionState } from './connection-state.ts'

/**
 * What a socket that hibernates has attached is all that outlives its object's sleep. What we know of the connection is
 * put around what the app attaches, and taken off before the app sees it. Only sockets of objects whose class was
 * instrumented so have it, from the moment they are accepted.
 */
const KEY = 'hono-observability:websocket'

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
  'value' in attached

/** @param className Names the connection, where no route does. */
export const stateIn = (attached: Envelope, className: string): ConnectionState => {
  const [spanId, traceId, parentId, traceFlags, route, startMs, ...rest] = attached[KEY] as [
    string,
    string,
    string,
    number,
    string | undefined,
    number,
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
    startMs,
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
  startMs,
  state.receivedMessages,
  state.receivedBytes,
  state.sentMessages,
  state.sentBytes,
  state.failures,
  state.errorType,
]
