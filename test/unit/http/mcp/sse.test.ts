import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { SSEClientTransport } from '@modelcontextprotocol/sdk/client/sse.js'
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { SSEServerTransport } from '@modelcontextprotocol/sdk/server/sse.js'
import { Hono } from 'hono'
import { observability } from 'hono-observability'
import { instrumentMcp } from 'hono-observability/mcp'
import { captured } from 'hono-observability/testing'
import { afterAll, beforeAll, expect, it } from 'vitest'

let http: Server
let url: string

/** The older transport: answers come on the stream of another request. */
beforeAll(async () => {
  const transports = new Map<string, SSEServerTransport>()
  http = createServer(async (incoming, outgoing) => {
    const { searchParams } = new URL(incoming.url ?? '', 'http://mcp.test')
    if (incoming.method === 'GET') {
      const server = instrumentMcp(new McpServer({ name: 's', version: '1' }), { sessionId: true })
      server.registerTool('fine', {}, () => ({ content: [{ type: 'text', text: 'ok' }] }))
      const transport = new SSEServerTransport('/messages', outgoing)
      transports.set(transport.sessionId, transport)
      await server.connect(transport as never)
    } else {
      await transports
        .get(searchParams.get('sessionId') ?? '')
        ?.handlePostMessage(incoming, outgoing)
    }
  })
  await new Promise<void>((resolve) => http.listen(0, resolve))
  url = `http://127.0.0.1:${(http.address() as AddressInfo).port}/sse`
})

afterAll(() => {
  http?.closeAllConnections()
  http?.close()
})

it('a call through the older transport is one trace, though its answer comes on another stream', async () => {
  const app = new Hono()
  app.use(observability({ service: { name: 'agent' }, logs: false }))
  app.get('/', async (c) => {
    const client = instrumentMcp(new Client({ name: 'c', version: '1' }))
    await client.connect(new SSEClientTransport(new URL(url)))
    const { content } = await client.callTool({ name: 'fine' })
    await client.close()
    return c.json(content)
  })
  const { response, spans } = await captured(app, 'http://agent.test/')
  expect(await response.json()).toEqual([{ type: 'text', text: 'ok' }])
  const calls = spans.filter(({ name }) => name === 'tools/call fine')
  expect(calls.map(({ kind, parent }) => [kind, parent])).toEqual([
    ['client', 'GET /'],
    ['server', 'tools/call fine'],
  ])
  expect(calls[1]?.attributes).toMatchObject({
    'mcp.session.id': expect.stringMatching(/^[\da-f-]{36}$/),
    'network.protocol.name': 'http',
  })
})
