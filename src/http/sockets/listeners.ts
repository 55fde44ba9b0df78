import { guard } from '../../base/guard.ts'
import { like } from './like.ts'
import { ownerOf } from './sends.ts'

type Listener = ((event: Event) => unknown) | { handleEvent(event: Event): unknown }
type Method = (this: object, ...args: unknown[]) => unknown

/** Runs what listens to an event of a socket. */
type Run = (event: Event, call: () => unknown) => unknown

/** By socket. */
export const observedSockets: WeakMap<object, Run> = /* @__PURE__ */ new WeakMap()

/** Those that stand in, by socket and by whom they stand in for; and back. */
const standIns = /* @__PURE__ */ new WeakMap<object, WeakMap<Listener, Listener>>()
const originals = /* @__PURE__ */ new WeakMap<object, Listener>()

const followed = /* @__PURE__ */ new WeakSet<object>()

const ATTRIBUTES = ['onopen', 'onmessage', 'onclose', 'onerror']

/**
 * Has the listeners of observed sockets run by whom they are observed. Replaced once for all sockets of a kind, so that
 * a socket has nothing that it would not have without us.
 */
export const followListeners = (socket: object): void => {
  const prototype = Object.getPrototypeOf(socket) as object
  if (followed.has(prototype)) {
    return
  }
  followed.add(prototype)
  replace(prototype, 'addEventListener', standInFor)
  replace(prototype, 'removeEventListener', (of, listener) => standIns.get(of)?.get(listener))
  for (const name of ATTRIBUTES) {
    guard(() => replaceAttribute(prototype, name))
  }
}

const isListener = (value: unknown): value is Listener =>
  typeof value === 'function' || (typeof value === 'object' && value !== null)

const standInFor = (socket: object, listener: Listener): Listener => {
  const run = observedSockets.get(socket)
  if (!run) {
    return listener
  }
  const ofSocket = standIns.get(socket) ?? new WeakMap<Listener, Listener>()
  standIns.set(socket, ofSocket)
  // One for all its events, so that the platform knows it again when it is added twice.
  const standIn =
    ofSocket.get(listener) ??
    function (this: unknown, event: Event): unknown {
      return run(event, () =>
        typeof listener === 'function' ? listener.call(this, event) : listener.handleEvent(event),
      )
    }
  ofSocket.set(listener, standIn)
  originals.set(standIn, listener)
  return standIn
}

const replace = (
  prototype: object,
  name: string,
  listenerFor: (socket: object, listener: Listener) => Listener | undefined,
): void => {
  const original = (prototype as Record<string, Method>)[name] as Method
  const method: Method = function (type, listener, ...more) {
    const given = isListener(listener) ? (listenerFor(this, listener) ?? listener) : listener
    return original.call(this, type, given, ...more)
  }
  Object.defineProperty(prototype, name, {
    ...Object.getOwnPropertyDescriptor(ownerOf(prototype, name) ?? prototype, name),
    value: like(original, method),
  })
}

/** `socket.onmessage = …`, which is read as it was written. */
const replaceAttribute = (prototype: object, name: string): void => {
  const descriptor = Object.getOwnPropertyDescriptor(prototype, name)
  const { get, set } = descriptor ?? {}
  if (!descriptor || !get || !set) {
    return
  }
  Object.defineProperty(prototype, name, {
    ...descriptor,
    get(this: object): unknown {
      const value: unknown = get.call(this)
      return isListener(value) ? (originals.get(value) ?? value) : value
    },
    set(this: object, value: unknown): void {
      set.call(this, isListener(value) ? standInFor(this, value) : value)
    },
  })
}
