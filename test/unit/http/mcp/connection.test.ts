import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js'
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { CreateMessageRequestSchema } from '@modelcontextprotocol/sdk/types.js'
import { instrumentMcp } from 'hono-observability/mcp'
import type { CapturedResponse, CapturedSpan } from 'hono-observability/testing'
import { expect, it } from 'vitest'
import { call, inRequest, ofMethod, Wire, wired } from './support.ts'

const never = (server: McpServer): void => {
  server.registerTool('never', {}, () => new Promise<never>(() => {}))
}

const calls = (recorded: CapturedResponse): CapturedSpan[] => ofMethod(recorded, 'tools/call')

it('a server asks its client within a call: both ways are one trace', async () => {
  const recorded = await inRequest(async () => {
    const server = instrumentMcp(new McpServer({ name: 's', version: '1' }))
    server.registerTool('ask', {}, async () => {
      const { content } = await server.server.createMessage({
        messages: [{ role: 'user', content: { type: 'text', text: 'hi' } }],
        maxTokens: 9,
      })
      return { content: [content as never] }
    })
    const client = instrumentMcp(
      new Client({ name: 'c', version: '1' }, { capabilities: { sampling: {} } }),
      { trustInbound: true },
    )
    client.setRequestHandler(CreateMessageRequestSchema, () => ({
      model: 'm',
      role: 'assistant',
      content: { type: 'text', text: 'hello' },
    }))
    const [one, other] = InMemoryTransport.createLinkedPair()
    await Promise.all([server.connect(one), client.connect(other)])
    expect(await client.callTool({ name: 'ask' })).toMatchObject({ content: [{ text: 'hello' }] })
    await client.close()
  })
  expect(
    recorded.spans
      .filter(({ name }) => /tools|sampling/.test(name))
      .map(({ name, kind, parent }) => [name, kind, parent]),
  ).toEqual([
    ['tools/call ask', 'client', 'GET /'],
    ['tools/call ask', 'server', 'tools/call ask'],
    ['sampling/createMessage', 'client', 'tools/call ask'],
    ['sampling/createMessage', 'server', 'sampling/createMessage'],
  ])
  expect(recorded.unfinished).toEqual([])
})

it('a call that its client takes back is an error of its own', async () => {
  const recorded = await inRequest(async () => {
    const { wire } = await wired({}, never)
    wire.onmessage?.(call(1, 'never'))
    wire.onmessage?.({
      jsonrpc: '2.0',
      method: 'notifications/cancelled',
      params: { requestId: 1 },
    })
  })
  expect(calls(recorded)).toMatchObject([
    { name: 'tools/call never', status: 'error', attributes: { 'error.type': 'cancelled' } },
  ])
})

it('a call whose connection ends before it says that its end was not seen', async () => {
  const recorded = await inRequest(async () => {
    const { server, wire } = await wired({ sessionId: true }, never)
    wire.sessionId = 's1'
    wire.onmessage?.(call(1, 'never'))
    await server.close()
  })
  expect(calls(recorded)).toMatchObject([
    { status: 'unset', attributes: { 'hono.incomplete': true, 'mcp.session.id': 's1' } },
  ])
  expect(recorded.metrics.find(({ name }) => name === 'mcp.server.session.duration')).toMatchObject(
    { count: 1 },
  )
})

it('of more than a thousand wait for an answer, the oldest end', async () => {
  const recorded = await inRequest(async () => {
    const { wire } = await wired({}, never)
    for (let id = 0; id < 1003; id++) {
      wire.onmessage?.(call(id, 'never'))
    }
  })
  expect(calls(recorded).map(({ attributes }) => attributes['jsonrpc.request.id'])).toEqual([
    '0',
    '1',
    '2',
  ])
})

it('a request that cannot be sent fails with what the transport says', async () => {
  const fault = new RangeError('no way')
  const recorded = await inRequest(async () => {
    const client = instrumentMcp(new Client({ name: 'c', version: '1' }))
    const wire = new Wire()
    wire.fails = fault
    await expect(client.connect(wire as never)).rejects.toBe(fault)
  })
  expect(recorded.spans.find(({ name }) => name === 'initialize')).toMatchObject({
    kind: 'client',
    status: 'error',
    attributes: { 'error.type': 'RangeError' },
  })
})

it('a trace that the app has put into a message itself stays', async () => {
  const own = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
  const wire = new Wire()
  await inRequest(async () => {
    const client = instrumentMcp(new Client({ name: 'c', version: '1' }))
    void client.connect(wire as never).catch(() => undefined)
    await new Promise((resolve) => setTimeout(resolve, 1))
    wire.onmessage?.({
      jsonrpc: '2.0',
      id: 0,
      result: {
        protocolVersion: '2025-11-25',
        capabilities: { tools: {} },
        serverInfo: { name: 's', version: '1' },
      },
    })
    await new Promise((resolve) => setTimeout(resolve, 1))
    for (const _meta of [{ traceparent: own, 'shop.test/key': 1 }, { 'shop.test/key': 1 }]) {
      void client.callTool({ name: 'x', _meta }).catch(() => undefined)
    }
    await new Promise((resolve) => setTimeout(resolve, 1))
    await client.close()
  })
  const metas = wire.sent.map(
    (message) => (message as { params?: { _meta?: object } }).params?._meta,
  )
  expect(metas.at(-2)).toMatchObject({ traceparent: own, 'shop.test/key': 1 })
  expect(metas.at(-1)).toMatchObject({
    traceparent: expect.stringMatching(/^00-[\da-f]{32}-[\da-f]{16}-03$/),
    'shop.test/key': 1,
  })
})

it.each<[string, object]>([
  ['is no text', { traceparent: 7, tracestate: {} }],
  ['is broken', { traceparent: '00-x-y-z' }],
  [
    'is inherited',
    Object.create({ traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' }),
  ],
])('a trace context in a message that %s is none', async (_, meta) => {
  const recorded = await inRequest(async () => {
    const { wire } = await wired({ trustInbound: true }, (server) => {
      server.registerTool('fine', {}, () => ({ content: [] }))
    })
    wire.onmessage?.(call(1, 'fine', meta))
    await new Promise((resolve) => setTimeout(resolve, 5))
  })
  expect(calls(recorded)).toMatchObject([{ name: 'tools/call fine', parent: 'GET /', links: [] }])
})

it('outside of any request, and before any telemetry, a server and a client work as ever', async () => {
  const server = instrumentMcp(instrumentMcp(new McpServer({ name: 's', version: '1' })))
  server.registerTool('fine', {}, () => ({ content: [{ type: 'text', text: 'ok' }] }))
  const client = instrumentMcp(new Client({ name: 'c', version: '1' }))
  const [one, other] = InMemoryTransport.createLinkedPair()
  await Promise.all([server.connect(one), client.connect(other)])
  expect(await client.callTool({ name: 'fine' })).toEqual({
    content: [{ type: 'text', text: 'ok' }],
  })
  await client.close()
})
