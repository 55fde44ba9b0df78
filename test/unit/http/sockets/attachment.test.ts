import { expect, it } from 'vitest'
import { envelope, isEnvelope, stateIn } from '../../../../src/http/sockets/attachment.ts'
import { newState } from '../../../../src/http/sockets/connection-state.ts'

const parent = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: 3 }

const stored = (value: unknown): unknown => structuredClone(value)

it('what is kept of a connection comes back as it was', () => {
  const state = newState(parent, '/chat/:room', 'Room')
  Object.assign(state, {
    receivedMessages: 3,
    sentBytes: 2 ** 40,
    failures: 1,
    errorType: 'RangeError',
  })
  const attached = stored(envelope(state, { user: 'Ada' }))
  expect(isEnvelope(attached) && attached.value).toEqual({ user: 'Ada' })
  expect(isEnvelope(attached) && stateIn(attached, 'Room')).toEqual({
    ...state,
    parent: { ...parent, isRemote: true },
    isRestored: true,
  })
})

it('a connection without a route is called by its class', () => {
  const attached = stored(envelope(newState(parent, undefined, 'Room'), null))
  expect(isEnvelope(attached) && stateIn(attached, 'Room').name).toBe('websocket Room')
})

it.each([
  null,
  undefined,
  7,
  'text',
  {},
  [],
  { value: 1 },
  { 'hono-observability:websocket': [1] },
  { 'hono-observability:websocket': 'no list', value: 1 },
  { 'hono-observability:websocket': [1], value: 1, more: 2 },
  // What a client can send: all of it but the date.
  JSON.parse(JSON.stringify(envelope(newState(parent, '/chat', 'Room'), { admin: true }))),
  new Map([['hono-observability:websocket', []]]),
])('what is no envelope is none: %j', (value) => expect(isEnvelope(value)).toBe(false))
