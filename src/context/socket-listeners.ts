import { activeContext, runWithContext } from './async-context.ts'
import { ROOT } from './context.ts'

type Listener = ((event: unknown) => unknown) | { handleEvent(event: unknown): unknown }
type Listen = (this: object, type: string, listener: Listener, ...more: unknown[]) => void

interface Workers {
  WebSocket?: { prototype: { addEventListener: Listen; removeEventListener: Listen } }
  WebSocketPair?: unknown
}

/** Those that stand in, by socket and by whom they stand in for. */
const standIns = /* @__PURE__ */ new WeakMap<object, WeakMap<Listener, Listener>>()

let isFollowed = false

/**
 * Has listeners of WebSockets run in the context in which they were added, so that what they record knows its trace: on
 * Workers, `AsyncLocalStorage` does not get there. One that was added outside of any context is left alone.
 */
export const followSocketListeners = (): void => {
  const { WebSocket, WebSocketPair } = globalThis as unknown as Workers
  if (isFollowed || !WebSocket || !WebSocketPair) {
    return
  }
  const sockets = WebSocket.prototype
  isFollowed = true
  replace(sockets, 'addEventListener', (socket, listener) => {
    const context = activeContext()
    if (context === ROOT) {
      return listener
    }
    const ofSocket = standIns.get(socket) ?? new WeakMap<Listener, Listener>()
    standIns.set(socket, ofSocket)
    // One for all its events, so that the platform knows it again when it is added twice.
    const standIn =
      ofSocket.get(listener) ??
      function (this: unknown, event: unknown): unknown {
        return runWithContext(context, () =>
          typeof listener === 'function' ? listener.call(this, event) : listener.handleEvent(event),
        )
      }
    ofSocket.set(listener, standIn)
    return standIn
  })
  replace(
    sockets,
    'removeEventListener',
    (socket, listener) => standIns.get(socket)?.get(listener) ?? listener,
  )
}

const replace = <Name extends string>(
  sockets: Record<Name, Listen>,
  name: Name,
  standInFor: (socket: object, listener: Listener) => Listener,
): void => {
  const original = sockets[name]
  const replacement: Listen = function (type, listener, ...more) {
    const isListener = typeof listener === 'function' || (typeof listener === 'object' && listener)
    return original.call(this, type, isListener ? standInFor(this, listener) : listener, ...more)
  }
  const { length } = original
  Object.defineProperties(replacement, { name: { value: name }, length: { value: length } })
  Object.defineProperty(sockets, name, { value: replacement, writable: true, configurable: true })
}
