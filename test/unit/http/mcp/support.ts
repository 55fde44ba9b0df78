import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import type { JSONRPCMessage } from '@modelcontextprotocol/sdk/types.js'
import { Hono } from 'hono'
import { type ObservabilityOptions, observability } from 'hono-observability'
import { instrumentMcp, type McpOptions } from 'hono-observability/mcp'
import { type CapturedResponse, type CapturedSpan, captured } from 'hono-observability/testing'

/** What is recorded of one request of an app, while it does this. */
export const inRequest = async (
  work: () => Promise<unknown>,
  options: ObservabilityOptions = {},
): Promise<CapturedResponse> => {
  const app = new Hono()
  app.use(observability({ service: { name: 'mcp' }, logs: false, ...options }))
  let fault: unknown
  app.get('/', async (c) => {
    await work().catch((error: unknown) => {
      fault = error
    })
    return c.text('ok')
  })
  const recorded = await captured(app, 'http://shop.test/', { timeoutMs: 100 })
  if (fault) {
    throw fault
  }
  return recorded
}

/** A transport whose other side is a test. */
export class Wire {
  readonly sent: JSONRPCMessage[] = []
  sessionId: string | undefined
  onmessage?: (message: JSONRPCMessage, extra?: unknown) => void
  onclose?: () => void
  fails: Error | undefined
  async start(): Promise<void> {}
  async send(message: JSONRPCMessage): Promise<void> {
    if (this.fails) {
      throw this.fails
    }
    this.sent.push(message)
  }
  async close(): Promise<void> {
    this.onclose?.()
  }
}

export const wired = async (
  options?: McpOptions,
  register?: (server: McpServer) => void,
): Promise<{ server: McpServer; wire: Wire }> => {
  const server = instrumentMcp(new McpServer({ name: 's', version: '1' }), options)
  register?.(server)
  const wire = new Wire()
  await server.connect(wire as never)
  return { server, wire }
}

/** A client that has asked to be connected, and that servers may ask for samples. */
export const calling = async (
  options?: McpOptions,
  wire: Wire = new Wire(),
): Promise<{ client: Client; wire: Wire }> => {
  const client = instrumentMcp(
    new Client({ name: 'c', version: '1' }, { capabilities: { sampling: {} } }),
    options,
  )
  void client.connect(wire as never).catch(() => undefined)
  await soon()
  return { client, wire }
}

export const soon = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5))

export const message = (id: number, method: string, params: object = {}): JSONRPCMessage => ({
  jsonrpc: '2.0',
  id,
  method,
  params: params as never,
})

export const call = (id: number, name: string, meta?: object): JSONRPCMessage =>
  message(id, 'tools/call', { name, ...(meta && { _meta: meta }) })

export const ofMethod = ({ spans }: CapturedResponse, method: string): CapturedSpan[] =>
  spans.filter(({ attributes }) => attributes['mcp.method.name'] === method)
