import { guard } from '../../base/guard.ts'
import { beginConnection } from './begin.ts'
import type { Connection } from './connection.ts'
import { type EndEvent, whenClosed, whenErrored } from './ending.ts'
import { type Handling, handle, receive } from './handling.ts'
import { followListeners, observedSockets } from './listeners.ts'
import { countSends } from './sends.ts'
import { checkSettings, type WebSocketSettings } from './settings.ts'

interface Socket {
  readonly readyState?: number
  addEventListener(type: string, listener: (event: Told) => void): void
}

interface Told extends EndEvent {
  readonly type: string
  readonly data?: unknown
}

/**
 * Observes a WebSocket that a request is upgraded to: the server's end of a `WebSocketPair`, or the socket of
 * `Deno.upgradeWebSocket`. To be called in the request's handler, before listeners are added: what these record
 * then belongs to their message, and what they throw is recorded. Elsewhere nothing is done.
 *
 * Not for sockets that hibernate: see {@link hibernatingSockets}.
 *
 * @returns The very socket.
 * @throws TypeError when `socket` is none, or a setting is not what it should be.
 *
 * @example
 * ```ts workers
 * import { Hono } from 'hono'
 * import { observability } from 'hono-observability'
 * import { observeWebSocket } from 'hono-observability/websocket'
 *
 * const app = new Hono()
 * app.use(observability({ service: { name: 'chat' } }))
 * app.get('/chat', () => {
 *   const { 0: client, 1: server } = new WebSocketPair()
 *   observeWebSocket(server)
 *   server.accept()
 *   server.addEventListener('message', ({ data }) => server.send(`heard ${data}`))
 *   return new Response(null, { status: 101, webSocket: client })
 * })
 * ```
 */
export const observeWebSocket = <S extends object>(
  socket: S,
  settings: WebSocketSettings = {},
): S => {
  checkSettings(settings)
  if (typeof (socket as Partial<Socket> | null)?.addEventListener !== 'function') {
    throw new TypeError(
      `Cannot observe a WebSocket: \`socket\` must be one, received ${socket === null ? 'null' : typeof socket}`,
    )
  }
  guard(() => {
    const connection = observedSockets.has(socket) ? undefined : beginConnection(settings)
    if (connection) {
      observe(socket as unknown as Socket, connection, settings)
    }
  })
  return socket
}

const observe = (socket: Socket, connection: Connection, settings: WebSocketSettings): void => {
  const listen = (type: string, told: (event: Told) => void): void =>
    socket.addEventListener(type, (event) => {
      // Nothing is returned: workerd warns of it.
      guard(() => told(event))
    })
  // Ours come first, and before any other is one that knows the message.
  const handlings = new WeakMap<object, Handling>()
  const handlingOf = (event: Told): Handling => {
    const handling = handlings.get(event) ?? handle(connection, event.type)
    handlings.set(event, handling)
    return handling
  }
  listen('message', (event) => handlings.set(event, receive(connection, event.data, settings)))
  listen('error', (event) => whenErrored(connection, handlingOf(event), event))
  listen('close', (event) => whenClosed(connection, handlingOf(event), event))
  if (socket.readyState === 0) {
    listen('open', () => connection.open())
  } else {
    connection.open()
  }
  observedSockets.set(socket, (event, call) => handlingOf(event).run(call))
  countSends(socket, connection)
  followListeners(socket)
}
