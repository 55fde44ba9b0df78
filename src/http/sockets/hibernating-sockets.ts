import type { Attributes, Link } from '@opentelemetry/api'
import { guard } from '../../base/guard.ts'
import { activeContext } from '../../context/async-context.ts'
import type { ObservabilityOptions } from '../../telemetry/config/options.ts'
import { ensureTelemetry } from '../../telemetry/ensure.ts'
import { beginConnection } from './begin.ts'
import { Connection, linkTo } from './connection.ts'
import { followAttachments, type Keeper, keepSocket } from './kept-socket.ts'
import { like } from './like.ts'
import { countMessage } from './metrics.ts'
import { payloadAttributes, payloadOf } from './payload.ts'

/** An object of an instrumented class. */
interface Owner {
  /** Of the class. */
  readonly name: string
  readonly ctx: object
  readonly env: unknown
}

/** What is known of a socket's event, for the span of its handler. */
export interface SocketEvent {
  readonly links: Link[]
  readonly attributes: Attributes
  /** When the handler has come to its end. */
  ended(error: unknown, hasFailed: boolean): void
}

/** What {@link instrumentDurableObject} is given to observe WebSockets that hibernate. */
export interface HibernatingSockets {
  /** Adds the handlers by which the end of a connection is told. */
  complete<C>(Class: C): C
  /** Called before an object is made. */
  prepare(owner: Owner, options: ObservabilityOptions): void
  /** Called when the platform calls `webSocketMessage`, `webSocketClose` or `webSocketError`. */
  event(ctx: object, method: string, args: readonly unknown[]): SocketEvent | undefined
}

/** How a Durable Object's state knows its sockets. */
interface State {
  acceptWebSocket(socket: object, tags?: string[]): void
  getWebSockets(tag?: string): object[]
}

/**
 * Observes the WebSockets that a Durable Object accepts with `ctx.acceptWebSocket`: one span for each connection from open
 * to close, however often the object sleeps in between, with counts in both directions; messages are linked to it.
 * Nothing is added that keeps the object awake.
 *
 * What has to outlive its sleep (ids and counts, some 150 bytes) is put around what the app attaches to the socket, and
 * never shown: `deserializeAttachment` returns what `serializeAttachment` was given. An attachment that leaves no room
 * for it is kept without, and the connection then ends with the object's memory.
 *
 * @example
 * ```ts workers
 * import { DurableObject } from 'cloudflare:workers'
 * import { instrumentDurableObject } from 'hono-observability'
 * import { hibernatingSockets } from 'hono-observability/websocket'
 *
 * class RoomObject extends DurableObject {
 *   override async fetch(): Promise<Response> {
 *     const { 0: client, 1: server } = new WebSocketPair()
 *     this.ctx.acceptWebSocket(server)
 *     return new Response(null, { status: 101, webSocket: client })
 *   }
 *
 *   override async webSocketMessage(socket: WebSocket, message: string | ArrayBuffer): Promise<void> {
 *     socket.send(message)
 *   }
 * }
 *
 * export class Room extends instrumentDurableObject(
 *   RoomObject,
 *   { service: { name: 'chat' } },
 *   { websockets: hibernatingSockets() },
 * ) {}
 * ```
 */
export const hibernatingSockets = (): HibernatingSockets => {
  const keepers = new WeakMap<object, Keeper>()
  return {
    complete,
    prepare(owner, options) {
      const keeper: Keeper = {
        className: owner.name,
        resume: (state) =>
          new Connection(ensureTelemetry(options, owner.env), state, activeContext()),
      }
      keepers.set(owner.ctx, keeper)
      followState(owner.ctx as State, keeper)
      followAttachments()
    },
    event(ctx, method, [socket, ...args]) {
      const keeper = keepers.get(ctx)
      return keeper && eventOf(keepSocket(socket as object, keeper), method, args)
    },
  }
}

/** The platform wakes the object for the end of a connection in any case. */
const complete = <C>(Class: C): C => {
  const { prototype } = Object(Class) as { prototype?: object }
  const missing = ['webSocketClose', 'webSocketError'].filter(
    (name) => prototype && !(name in prototype),
  )
  if (!missing.length) {
    return Class
  }
  const Completed = class extends (Class as new (...args: unknown[]) => object) {}
  Object.defineProperty(Completed, 'name', { value: (Class as { name?: unknown }).name })
  for (const name of missing) {
    Object.defineProperty(Completed.prototype, name, {
      value(): void {},
      writable: true,
      configurable: true,
    })
  }
  return Completed as C
}

const followState = (state: State, keeper: Keeper): void => {
  replace(state, 'acceptWebSocket', (accept) => (socket, ...rest) => {
    accept(socket, ...rest)
    guard(() => {
      const connection = beginConnection({ messages: 'none' }, keeper.className)
      if (connection) {
        connection.open()
        keepSocket(socket, keeper, connection).save()
      }
    })
  })
  replace(state, 'getWebSockets', (get) => (...args) => {
    const sockets = get(...args)
    guard(() => {
      for (const socket of sockets) {
        keepSocket(socket, keeper)
      }
    })
    return sockets
  })
}

const replace = <Name extends keyof State>(
  state: State,
  name: Name,
  by: (original: State[Name]) => State[Name],
): void => {
  const original = state[name]
  if (typeof original === 'function') {
    const method = by(((...args: never[]) =>
      Reflect.apply(original, state, args)) as unknown as State[Name])
    Object.defineProperty(state, name, {
      value: like(original as never, method as never),
      writable: true,
      configurable: true,
    })
  }
}

const eventOf = (
  kept: ReturnType<typeof keepSocket>,
  method: string,
  args: readonly unknown[],
): SocketEvent => {
  const { connection } = kept
  const isMessage = method === 'webSocketMessage'
  let attributes: Attributes = {}
  if (isMessage) {
    const payload = connection ? connection.received(args[0]) : payloadOf(args[0])
    attributes = payloadAttributes(payload)
    if (!connection) {
      // Its beginning is not known.
      countMessage(undefined, 'receive', payload)
    }
    kept.touch()
  }
  return {
    attributes,
    links: connection ? [linkTo(connection)] : [],
    ended(error, hasFailed) {
      if (hasFailed) {
        connection?.failed(error)
      }
      if (isMessage) {
        kept.touch()
      } else if (method === 'webSocketClose') {
        const [code, reason, wasClean] = args
        connection?.closed(code as number, reason, wasClean)
      } else {
        connection?.broken(args[0])
      }
    },
  }
}
