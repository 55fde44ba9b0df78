import { Client } from '@modelcontextprotocol/client'
import { InMemoryTransport, McpServer } from '@modelcontextprotocol/server'
import { Hono } from 'hono'
import { observability } from 'hono-observability'
import { instrumentMcp } from 'hono-observability/mcp'
import { captured } from 'hono-observability/testing'
import { expect, it } from 'vitest'

it('server and client of the SDK’s second version are seen as those of the first', async () => {
  const app = new Hono()
  app.use(observability({ service: { name: 'mcp' }, logs: false }))
  app.get('/', async (c) => {
    const server = instrumentMcp(new McpServer({ name: 's', version: '1' }))
    server.registerTool('fine', {}, () => ({ content: [{ type: 'text', text: 'ok' }] }))
    const client = instrumentMcp(new Client({ name: 'c', version: '1' }))
    const [one, other] = InMemoryTransport.createLinkedPair()
    await Promise.all([server.connect(one), client.connect(other)])
    await client.listTools()
    const { content } = await client.callTool({ name: 'fine' })
    await client.callTool({ name: 'made-up' }).catch(() => undefined)
    await client.close()
    return c.json(content)
  })
  const { response, spans, unfinished } = await captured(app, 'http://mcp.test/')
  expect(await response.json()).toEqual([{ type: 'text', text: 'ok' }])
  expect(spans.map(({ name, kind, parent, status }) => [name, kind, parent, status])).toEqual([
    ['GET /', 'server', undefined, 'unset'],
    ['initialize', 'client', 'GET /', 'unset'],
    ['initialize', 'server', 'initialize', 'unset'],
    ['tools/list', 'client', 'GET /', 'unset'],
    ['tools/list', 'server', 'tools/list', 'unset'],
    ['tools/call fine', 'client', 'GET /', 'unset'],
    ['tools/call fine', 'server', 'tools/call fine', 'unset'],
    ['tools/call', 'client', 'GET /', 'error'],
    ['tools/call', 'server', 'tools/call', 'error'],
  ])
  expect(unfinished).toEqual([])
})
