import { StreamableHTTPTransport } from '@hono/mcp'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { WebStandardStreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js'
import { Hono } from 'hono'
import {
  type ObservabilityOptions,
  observability,
  restoreGlobalFetch,
  withSpan,
} from 'hono-observability'
import { instrumentMcp, type McpOptions } from 'hono-observability/mcp'
import { type CapturedResponse, type CapturedSpan, captured } from 'hono-observability/testing'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { z } from 'zod'

afterEach(() => {
  restoreGlobalFetch()
  vi.unstubAllGlobals()
})

const serverOf = (options?: McpOptions): McpServer => {
  const server = instrumentMcp(new McpServer({ name: 'shop', version: '2.0.0' }), options)
  server.registerTool('stock', { inputSchema: { sku: z.string() } }, async ({ sku }) => {
    if (sku === 'none') {
      throw new Error('secret: no such thing')
    }
    const text = await withSpan('look up', async () => `7 of ${sku}`)
    return { content: [{ type: 'text', text }] }
  })
  server.registerPrompt('greet', {}, () => ({
    messages: [{ role: 'user', content: { type: 'text', text: 'Greet!' } }],
  }))
  server.registerResource('menu', 'shop://user:pw@menu/today', {}, (uri) => ({
    contents: [{ uri: uri.href, text: 'tea' }],
  }))
  return server
}

type Serve = (app: Hono, options?: McpOptions) => void

const honoMcp: Serve = (app, options) => {
  app.all('/mcp', async (c) => {
    const transport = new StreamableHTTPTransport()
    await serverOf(options).connect(transport)
    return transport.handleRequest(c)
  })
}

const webStandard =
  (enableJsonResponse: boolean): Serve =>
  (app, options) => {
    app.all('/mcp', async (c) => {
      const transport = new WebStandardStreamableHTTPServerTransport({ enableJsonResponse })
      await serverOf(options).connect(transport)
      return transport.handleRequest(c.req.raw)
    })
  }

/** One transport for all requests of a session. */
const withSession: Serve = (app, options) => {
  const transport = new StreamableHTTPTransport({ sessionIdGenerator: () => 'session-1' })
  const connected = serverOf(options).connect(transport)
  app.all('/mcp', async (c) => {
    await connected
    return transport.handleRequest(c)
  })
}

interface Setting {
  readonly serve?: Serve
  readonly server?: McpOptions
  readonly client?: McpOptions
  readonly http?: ObservabilityOptions['http']
}

/** What an agent and a server record, while the agent does this with its client. */
const record = async (
  work: (client: Client) => unknown,
  { serve = honoMcp, server, client, http = {} }: Setting = {},
): Promise<CapturedResponse & { answer: unknown }> => {
  const mcp = new Hono()
  restoreGlobalFetch()
  vi.stubGlobal('fetch', async (...args: Parameters<typeof fetch>) => {
    const request = new Request(...args)
    // A stream of notifications, which nobody here ends, is refused, as a server may.
    return request.method === 'GET' ? new Response(null, { status: 405 }) : mcp.fetch(request)
  })
  mcp.use(observability({ service: { name: 'mcp' }, logs: false, http }))
  serve(mcp, server)
  const agent = new Hono()
  agent.use(observability({ service: { name: 'agent' }, logs: false, traces: { fetch: true } }))
  let fault: unknown
  agent.onError((error) => {
    fault = error
    return new Response(null, { status: 500 })
  })
  let answer: unknown
  agent.get('/ask', async (c) => {
    const peer = instrumentMcp(new Client({ name: 'agent', version: '1.0.0' }), client)
    await peer.connect(new StreamableHTTPClientTransport(new URL('http://mcp.test/mcp')) as never)
    answer = await work(peer)
    await peer.close()
    return c.text('ok')
  })
  const recorded = await captured(agent, 'http://agent.test/ask')
  if (fault) {
    throw fault
  }
  return { ...recorded, answer }
}

const ofKind = ({ spans }: CapturedResponse, kind: string, method: string): CapturedSpan[] =>
  spans.filter((span) => span.kind === kind && span.attributes['mcp.method.name'] === method)

const one = (recorded: CapturedResponse, kind: string, method: string): CapturedSpan => {
  const found = ofKind(recorded, kind, method)
  expect(found).toHaveLength(1)
  return found[0] as CapturedSpan
}

const treeOf = (spans: readonly CapturedSpan[], parent?: string): unknown[] =>
  spans
    .filter(({ parentSpanId }) => parentSpanId === parent)
    .map(({ name, kind, spanId }) => [`${name} (${kind})`, ...treeOf(spans, spanId)])

const stock = (sku: string) => (client: Client) =>
  client.callTool({ name: 'stock', arguments: { sku } })

const CALL = {
  'mcp.method.name': 'tools/call',
  'mcp.protocol.version': '2025-11-25',
  'gen_ai.operation.name': 'execute_tool',
  'gen_ai.tool.name': 'stock',
  'jsonrpc.request.id': '1',
}

const HTTP = { 'network.protocol.name': 'http', 'network.transport': 'tcp' }

describe.each<[string, Serve]>([
  ['@hono/mcp', honoMcp],
  ['the SDK, streamed', webStandard(false)],
  ['the SDK, as JSON', webStandard(true)],
])('a tool call through %s', (_, serve) => {
  it('is one trace from the client to what the tool does', async () => {
    const recorded = await record(stock('tea'), { serve })
    expect(recorded.answer).toEqual({ content: [{ type: 'text', text: '7 of tea' }] })
    const post = ['POST (client)', ['POST /mcp (server)']]
    const [root] = treeOf(recorded.spans) as [unknown[]]
    expect(root?.filter((child) => !JSON.stringify(child).startsWith('["GET'))).toEqual([
      'GET /ask (server)',
      ['initialize (client)', post, ['initialize (server)']],
      post,
      ['tools/call stock (client)', post, ['tools/call stock (server)', ['look up (internal)']]],
    ])
    expect(new Set(recorded.spans.map(({ traceId }) => traceId)).size).toBe(1)
    const server = one(recorded, 'server', 'tools/call')
    expect(server.attributes).toEqual({ ...CALL, ...HTTP })
    const requests = recorded.spans.filter(({ name }) => name === 'POST /mcp')
    expect(server.links).toEqual([
      { traceId: server.traceId, spanId: requests.at(-1)?.spanId, attributes: {} },
    ])
    const client = one(recorded, 'client', 'tools/call')
    expect(client.attributes).toEqual(CALL)
    expect(recorded.unfinished).toEqual([])
  })
})

it('the first request says who the client is, and which revision was agreed on', async () => {
  const recorded = await record(() => undefined)
  expect(one(recorded, 'server', 'initialize').attributes).toEqual({
    'mcp.method.name': 'initialize',
    'mcp.protocol.version': '2025-11-25',
    'jsonrpc.request.id': '0',
    'hono.mcp.client.name': 'agent',
    'hono.mcp.client.version': '1.0.0',
    ...HTTP,
  })
})

it('a tool that fails is an error, though HTTP says 200', async () => {
  const recorded = await record(stock('none'))
  expect(recorded.answer).toMatchObject({ isError: true })
  for (const kind of ['client', 'server']) {
    expect(one(recorded, kind, 'tools/call')).toMatchObject({
      status: 'error',
      attributes: { 'error.type': 'tool_error' },
    })
  }
  const metric = recorded.metrics.find(
    ({ name, attributes }) =>
      name === 'mcp.server.operation.duration' && attributes['error.type'] === 'tool_error',
  )
  expect(metric?.attributes).toEqual({
    'mcp.method.name': 'tools/call',
    'mcp.protocol.version': '2025-11-25',
    'gen_ai.operation.name': 'execute_tool',
    'gen_ai.tool.name': 'stock',
    'error.type': 'tool_error',
    ...HTTP,
  })
  expect(JSON.stringify([recorded.spans, recorded.metrics])).not.toContain('secret')
})

it('a request that is refused has the code of its error', async () => {
  const uri = 'shop://user:pw@menu/yesterday?email=ann@example.com'
  const recorded = await record(async (client) => {
    await client.getPrompt({ name: 'ann@example.com' }).catch(() => undefined)
    return client.readResource({ uri }).catch(() => 'no')
  })
  expect(recorded.answer).toBe('no')
  for (const kind of ['client', 'server']) {
    expect(one(recorded, kind, 'resources/read')).toMatchObject({
      name: 'resources/read',
      status: 'error',
      attributes: {
        'error.type': '-32602',
        'rpc.response.status_code': '-32602',
        'mcp.resource.uri': 'shop://menu/yesterday',
      },
    })
  }
  // Nothing else of what it was asked, which the error quotes.
  expect(JSON.stringify([recorded.spans, recorded.metrics])).not.toMatch(/ann@|email/)
})

it('what an error says is recorded with `content`', async () => {
  const recorded = await record(
    (client) => client.readResource({ uri: 'shop://menu/yesterday' }).catch(() => 'no'),
    { server: { content: true } },
  )
  expect(one(recorded, 'server', 'resources/read').statusMessage).toContain('menu/yesterday')
  expect(one(recorded, 'client', 'resources/read').statusMessage ?? '').toBe('')
})

describe('a name', () => {
  it('that the server does not know is in no span and no metric', async () => {
    const recorded = await record(async (client) => {
      for (let i = 0; i < 3; i++) {
        await client.callTool({ name: `made-up-${i}` }).catch(() => undefined)
      }
      await client.getPrompt({ name: 'made-up-prompt' }).catch(() => undefined)
      await client
        .request({ method: 'made/up' } as never, z.object({}) as never)
        .catch(() => undefined)
    })
    expect(JSON.stringify([recorded.spans, recorded.metrics])).not.toMatch(/made.up/)
    expect(ofKind(recorded, 'server', 'tools/call').map(({ name }) => name)).toEqual([
      'tools/call',
      'tools/call',
      'tools/call',
    ])
    expect(one(recorded, 'server', '_OTHER')).toMatchObject({
      name: '_OTHER',
      attributes: { 'error.type': '-32601' },
    })
  })

  it('of a prompt is part of the span’s', async () => {
    const recorded = await record((client) => client.getPrompt({ name: 'greet' }))
    for (const kind of ['client', 'server']) {
      expect(one(recorded, kind, 'prompts/get')).toMatchObject({
        name: 'prompts/get greet',
        attributes: { 'gen_ai.prompt.name': 'greet' },
      })
    }
  })
})

describe('the sender’s trace', () => {
  const TRUSTS: readonly [string, Setting][] = [
    ['`trustInbound`', { server: { trustInbound: false } }],
    ['a function', { server: { trustInbound: ({ authInfo }) => authInfo !== undefined } }],
    ['a function that throws', { server: { trustInbound: () => JSON.parse('oops') } }],
    ['`http.trustInbound`', { http: { trustInbound: false } }],
    ['`http.trustInbound` for others', { http: { trustInbound: ['https://other.test'] } }],
  ]

  it.each(TRUSTS)('that is not believed, by %s, is a link', async (_, setting) => {
    vi.spyOn(console, 'warn').mockImplementation(() => {})
    const recorded = await record(stock('tea'), setting)
    const client = one(recorded, 'client', 'tools/call')
    const server = one(recorded, 'server', 'tools/call')
    expect(server.parent).toBe('POST /mcp')
    expect(server.links).toEqual([
      {
        traceId: client.traceId,
        spanId: client.spanId,
        attributes: { 'hono.link.reason': 'untrusted_caller' },
      },
    ])
  })

  it('is believed where the MCP server says so, whatever is believed of HTTP', async () => {
    const recorded = await record(stock('tea'), {
      server: { trustInbound: true },
      http: { trustInbound: false },
    })
    const server = one(recorded, 'server', 'tools/call')
    expect(server.parentSpanId).toBe(one(recorded, 'client', 'tools/call').spanId)
  })

  it('that is not told leaves the call below its HTTP request', async () => {
    const recorded = await record(stock('tea'), { client: { propagate: false } })
    const server = one(recorded, 'server', 'tools/call')
    expect([server.parent, server.links]).toEqual(['POST /mcp', []])
  })
})

it('a session has its id on spans if it is wanted, and its duration is measured', async () => {
  const recorded = await record(stock('tea'), {
    serve: withSession,
    server: { sessionId: true },
    client: { sessionId: true },
  })
  expect(one(recorded, 'server', 'initialize').attributes['mcp.session.id']).toBe('session-1')
  for (const kind of ['client', 'server']) {
    expect(one(recorded, kind, 'tools/call').attributes['mcp.session.id']).toBe('session-1')
  }
  expect(recorded.metrics.find(({ name }) => name === 'mcp.client.session.duration')).toMatchObject(
    { count: 1, attributes: { 'mcp.protocol.version': '2025-11-25' } },
  )
  const without = await record(stock('tea'), { serve: withSession })
  expect(JSON.stringify(without.spans)).not.toContain('session-1')
})

it('what a tool is given and returns is recorded when asked for, without secrets', async () => {
  const quiet = await record(stock('secret tea'))
  expect(JSON.stringify(quiet.spans)).not.toContain('secret tea')
  const recorded = await record(stock('password=hunter22222'), { server: { content: true } })
  const { attributes } = one(recorded, 'server', 'tools/call')
  expect(attributes['gen_ai.tool.call.arguments']).toBe('{"sku":"password=[REDACTED]"}')
  expect(attributes['gen_ai.tool.call.result']).toContain('7 of password=[REDACTED]')
})

it('the message that the app sends stays as it is', async () => {
  const params = Object.freeze({ name: 'stock', arguments: Object.freeze({ sku: 'tea' }) })
  const recorded = await record((client) => client.callTool(params))
  expect(recorded.answer).toEqual({ content: [{ type: 'text', text: '7 of tea' }] })
  expect(params).toEqual({ name: 'stock', arguments: { sku: 'tea' } })
})

it.each([
  [{}, {}, '`peer` must be a server or a client with `connect`, received object'],
  [new Client({ name: 'a', version: '1' }), { content: 1 }, '`content` must be true or false, received number'],
  [new Client({ name: 'a', version: '1' }), { trustInbound: 'all' }, '`trustInbound` must be true, false or a function, received string'],
  [new Client({ name: 'a', version: '1' }), { tools: [1] }, '`tools` must be an array of names, received object'],
])('what is wrong is refused', (peer, options, message) => {
  expect(() => instrumentMcp(peer, options as never)).toThrow(
    new TypeError(`Cannot instrument MCP: ${message}`),
  )
}) // biome-ignore format: one line each
