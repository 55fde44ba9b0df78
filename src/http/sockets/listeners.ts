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
  replaceMethods(prototype)
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

const replaceMethods = (prototype: object): void => {
  const { addEventListener: add, removeEventListener: remove } = prototype as Record<string, Method>
  replace(prototype, 'addEventListener', add as Method, function (type, listener, ...more) {
    if (!isListener(listener)) {
      return (add as Method).call(this, type, listener, ...more)
    }
    const standIn = standInFor(this, listener)
    if (standIn !== listener) {
      // It may have been added before the socket was observed, and would be told twice.
      ;(remove as Method).call(this, type, listener, ...more)
    }
    return (add as Method).call(this, type, standIn, ...more)
  })
  replace(prototype, 'removeEventListener', remove as Method, function (type, listener, ...more) {
    const standIn = isListener(listener) ? standIns.get(this)?.get(listener) : undefined
    if (standIn) {
      ;(remove as Method).call(this, type, standIn, ...more)
    }
    return (remove as Method).call(this, type, listener, ...more)
  })
}

const replace = (prototype: object, name: string, original: Method, method: Method): void => {
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
