import { guard } from '../../base/guard.ts'
import { replace } from '../../context/results/hook.ts'
import { objectOf } from '../genai/json.ts'
import { Connection, type Transport } from './connection.ts'
import { KnownNames } from './known-names.ts'
import type { Message } from './messages.ts'
import type { McpExtra, McpOptions } from './options.ts'

/** Those that are observed already. */
const instrumented = /* @__PURE__ */ new WeakSet<object>()

/**
 * Observes a server or a client of the Model Context Protocol, whatever its transport is: streamable HTTP and SSE of
 * `@modelcontextprotocol/sdk`, of its second version and of `@hono/mcp`, and the servers of Cloudflare's `McpAgent`.
 *
 * Each request that it receives or sends is a span, `tools/call weather`, and is measured:
 * `mcp.server.operation.duration` and `mcp.client.operation.duration`, and of sessions `mcp.server.session.duration` and
 * `mcp.client.session.duration`, in seconds. A client sends `traceparent` along in `params._meta`, and a server's span is
 * below that of the client, so that one trace goes from the one to the other. An error is one (`error.type` is its code),
 * and so is a result with `isError` (`tool_error`), which HTTP answers with 200. OpenTelemetry's semantic conventions for
 * MCP.
 *
 * It is to be called before `connect`. Notifications have no spans.
 *
 * @param peer - An `McpServer`, a `Server`, or a `Client`.
 * @returns The same object.
 * @throws TypeError when it is none of these, or an option is not what it should be.
 *
 * @example
 * ```ts
 * import { StreamableHTTPTransport } from '@hono/mcp'
 * import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
 * import { Hono } from 'hono'
 * import { observability } from 'hono-observability'
 * import { instrumentMcp } from 'hono-observability/mcp'
 *
 * const app = new Hono()
 * app.use(observability({ service: { name: 'weather' } }))
 * app.all('/mcp', async (c) => {
 *   const server = instrumentMcp(new McpServer({ name: 'weather', version: '1.0.0' }))
 *   server.registerTool('weather', {}, () => ({ content: [{ type: 'text', text: 'fine' }] }))
 *   const transport = new StreamableHTTPTransport()
 *   await server.connect(transport)
 *   return transport.handleRequest(c)
 * })
 * ```
 */
export const instrumentMcp = <T extends object>(peer: T, options: McpOptions = {}): T => {
  check(options)
  const { server } = peer as { server?: object }
  const protocol = typeof objectOf(server).connect === 'function' ? (server as object) : peer
  if (typeof objectOf(protocol).connect !== 'function') {
    throw new TypeError(
      `Cannot instrument MCP: \`peer\` must be a server or a client with \`connect\`, received ${typeof peer}`,
    )
  }
  if (!instrumented.has(protocol)) {
    instrumented.add(protocol)
    const names = new KnownNames(peer, options.tools)
    const isServer = typeof objectOf(peer).callTool !== 'function'
    replace(protocol, 'connect', (_, call, args) => {
      guard(() => observe(args[0] as Transport, options, names, isServer))
      return call()
    })
  }
  return peer
}

/** The protocol puts its handlers on the transport and then starts it: between the two, ours go around them. */
const observe = (
  transport: Transport,
  options: McpOptions,
  names: KnownNames,
  isServer: boolean,
): void => {
  const undo = replace(transport, 'start', (_, call) => {
    undo?.()
    guard(() => wrap(transport, new Connection(transport, options, names, isServer)))
    return call()
  })
}

const receiving =
  (connection: Connection, call: Transport['onmessage']) =>
  (message: Message, extra?: McpExtra): void =>
    connection.receive(message, extra, () => call?.(message, extra))

const closing = (connection: Connection, call: Transport['onclose']) => (): void => {
  guard(() => connection.close())
  call?.()
}

const wrap = (transport: Transport, connection: Connection): void => {
  transport.onmessage = receiving(connection, transport.onmessage)
  transport.onclose = closing(connection, transport.onclose)
  replace(transport, 'send', (_, call, args) =>
    connection.send(
      args[0] as Message,
      args[1],
      (message, more) => call([message, more, ...args.slice(2)]) as Promise<void>,
    ),
  )
}

const FLAGS = ['propagate', 'sessionId', 'content'] as const

const check = (options: McpOptions): void => {
  for (const name of FLAGS) {
    const value = options[name]
    if (value !== undefined && typeof value !== 'boolean') {
      refuse(name, 'true or false', value)
    }
  }
  const { trustInbound, tools } = options
  if (
    trustInbound !== undefined &&
    typeof trustInbound !== 'boolean' &&
    typeof trustInbound !== 'function'
  ) {
    refuse('trustInbound', 'true, false or a function', trustInbound)
  }
  if (
    tools !== undefined &&
    !(Array.isArray(tools) && tools.every((name) => typeof name === 'string'))
  ) {
    refuse('tools', 'an array of names', tools)
  }
}

const refuse = (option: string, expected: string, received: unknown): never => {
  throw new TypeError(
    `Cannot instrument MCP: \`${option}\` must be ${expected}, received ${typeof received}`,
  )
}
