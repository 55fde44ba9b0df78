import type { Context, MiddlewareHandler } from 'hono'
import { guard } from '../../base/guard.ts'
import { isThenable } from '../../base/thenable.ts'
import { activeContext } from '../../context/async-context.ts'
import { runtimeName } from '../../runtimes/runtime-name.ts'
import { currentRequest } from '../request-scope.ts'
import { beginConnection } from './begin.ts'
import type { Connection } from './connection.ts'
import { whenClosed, whenErrored } from './ending.ts'
import { type Handling, handle, receive } from './handling.ts'
import { countSends } from './sends.ts'
import { checkSettings, type WebSocketSettings } from './settings.ts'

type Handler = (event: Record<string, unknown>, ws: { readonly raw?: object }) => unknown
type Events = Partial<Record<Name, Handler>>
type Name = 'onOpen' | 'onMessage' | 'onClose' | 'onError'

type CreateEvents = (c: Context) => Events | PromiseLike<Events>
type Upgrade = (...args: unknown[]) => unknown

/**
 * Observes the WebSockets of Hono's `upgradeWebSocket`, of any adapter: a span, counts and a duration for each
 * connection, what its handlers throw, and for messages what the settings say. The connections are those of requests
 * that `observability` or `instrument` sees; others go through as they are.
 *
 * @param upgradeWebSocket - Of `hono/cloudflare-workers`, `hono/deno`, `hono/bun`, `@hono/node-server` or
 *   `@hono/node-ws`. Is not changed.
 * @returns The same function, whose handlers get the very same events and sockets.
 * @throws TypeError when `upgradeWebSocket` is not a function, or a setting is not what it should be.
 *
 * @example
 * ```ts
 * import { Hono } from 'hono'
 * import { upgradeWebSocket as upgrade } from 'hono/cloudflare-workers'
 * import { observability } from 'hono-observability'
 * import { observeUpgrade } from 'hono-observability/websocket'
 *
 * const upgradeWebSocket = observeUpgrade(upgrade)
 *
 * const app = new Hono()
 * app.use(observability({ service: { name: 'chat' } }))
 * app.get('/chat', upgradeWebSocket(() => ({
 *   onMessage: (event, ws) => ws.send(`heard ${event.data}`),
 * })))
 * ```
 */
export const observeUpgrade = <F extends (...args: never[]) => unknown>(
  upgradeWebSocket: F,
  settings: WebSocketSettings = {},
): F => {
  checkSettings(settings)
  if (typeof upgradeWebSocket !== 'function') {
    throw new TypeError(
      `Cannot observe WebSockets: \`upgradeWebSocket\` must be a function, received ${typeof upgradeWebSocket}`,
    )
  }
  const original = upgradeWebSocket as unknown as Upgrade
  const observed: Upgrade = (first, ...rest) =>
    typeof first === 'function'
      ? middleware(original, first as CreateEvents, rest, settings)
      : direct(original, first, rest, settings)
  return observed as unknown as F
}

/** `upgradeWebSocket((c) => events, options)`, which makes a middleware. */
const middleware = (
  upgrade: Upgrade,
  createEvents: CreateEvents,
  rest: readonly unknown[],
  settings: WebSocketSettings,
): MiddlewareHandler => {
  const begun = new WeakMap<Context, Connection>()
  const made = upgrade(
    (c: Context) => {
      const connection = guard(() => beginConnection(settings))
      if (!connection) {
        return createEvents(c)
      }
      begun.set(c, connection)
      const events = createEvents(c)
      return isThenable(events)
        ? events.then((settled) => observedEvents(settled, connection, settings))
        : observedEvents(events, connection, settings)
    },
    ...rest,
  ) as MiddlewareHandler
  return async function upgradeWebSocket(c, next) {
    const response = await made(c, next)
    upgraded(response, begun.get(c))
    return response
  }
}

/** `upgradeWebSocket(c, events, options)`, which answers. */
const direct = (
  upgrade: Upgrade,
  c: unknown,
  [events, ...rest]: readonly unknown[],
  settings: WebSocketSettings,
): unknown => {
  const connection = guard(() => beginConnection(settings))
  if (!connection) {
    return upgrade(c, events, ...rest)
  }
  const answered = upgrade(c, observedEvents(events, connection, settings), ...rest)
  return isThenable(answered)
    ? answered.then((response) => {
        upgraded(response, connection)
        return response
      })
    : answered
}

/** Bun and Node answer by themselves, and not with what the handler has returned. */
const upgraded = (response: unknown, connection: Connection | undefined): void => {
  if (!connection || !(response instanceof Response) || response.status >= 400) {
    return
  }
  guard(() => {
    const request = currentRequest(activeContext())
    if (request) {
      request.sent = 101
    }
    // Only Workers' sockets are open before they say so, and never do.
    if ((response as { webSocket?: unknown }).webSocket) {
      connection.open()
    }
  })
}

const NAMES: readonly Name[] = ['onOpen', 'onMessage', 'onClose', 'onError']

/**
 * Handlers that stand in for the user's, which are looked up when they are called, as Hono does.
 */
const observedEvents = (
  given: unknown,
  connection: Connection,
  settings: WebSocketSettings,
): unknown => {
  if (typeof given !== 'object' || !given) {
    // Hono says what is wrong with it.
    return given
  }
  const events = given as Events
  const observed = Object.create(null) as Events
  for (const name of NAMES) {
    const handler: Handler = (...args) => {
      const [event, ws] = args
      const handling = guard(() => {
        if (ws.raw) {
          countSends(ws.raw, connection)
        }
        connection.open()
        return name === 'onMessage'
          ? receive(connection, event.data, settings)
          : handle(connection, name.slice(2).toLowerCase())
      })
      const call = (): unknown => events[name]?.apply(events, args)
      if (!handling) {
        return call()
      }
      guard(() => tell(name, event, connection, handling))
      return handling.run(call)
    }
    // Where there is none, Bun's adapter throws what a handler has thrown. Workers' is told of the end by nothing else.
    Object.defineProperty(observed, name, {
      get: () =>
        name === 'onError' && !events.onError && runtimeName() !== 'workers' ? undefined : handler,
    })
  }
  return observed
}

const tell = (
  name: Name,
  event: Record<string, unknown>,
  connection: Connection,
  handling: Handling,
): void => {
  if (name === 'onError') {
    whenErrored(connection, handling, event)
  }
  if (name === 'onClose') {
    const { code, reason, wasClean } = event
    // The adapters of Bun and Node say false of every end.
    whenClosed(connection, handling, { code, reason, wasClean: wasClean || undefined })
  }
}
