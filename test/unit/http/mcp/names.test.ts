import { Server } from '@modelcontextprotocol/sdk/server/index.js'
import { CallToolRequestSchema, ListToolsRequestSchema } from '@modelcontextprotocol/sdk/types.js'
import { instrumentMcp } from 'hono-observability/mcp'
import type { CapturedResponse } from 'hono-observability/testing'
import { expect, it } from 'vitest'
import { uriOf } from '../../../../src/http/mcp/messages.ts'
import { call, calling, inRequest, message, soon, Wire, wired } from './support.ts'

const OPERATION = 'mcp.server.operation.duration'

const valuesOf = ({ metrics }: CapturedResponse, key: string, name = OPERATION): unknown[] =>
  metrics.filter((metric) => metric.name === name).map(({ attributes }) => attributes[key])

/** A server of the lower sort, of one request: it answers whatever it is asked. */
const anyTool = async (tools: readonly string[] = []): Promise<Wire> => {
  const server = new Server({ name: 's', version: '1' }, { capabilities: { tools: {} } })
  server.setRequestHandler(CallToolRequestSchema, () => ({ content: [] }))
  server.setRequestHandler(ListToolsRequestSchema, () => ({
    tools: tools.map((name) => ({ name, inputSchema: { type: 'object' as const } })),
  }))
  const wire = new Wire()
  await instrumentMcp(server).connect(wire as never)
  return wire
}

it('a revision of the protocol is a published one, or `_OTHER`', async () => {
  const versions = [
    '2026-07-28',
    '1999-99-99',
    'x',
    ...Array.from({ length: 50 }, (_, i) => `20${10 + i}-01-01`),
  ]
  const recorded = await inRequest(async () => {
    const { wire } = await wired({}, (server) => {
      server.registerTool('t', {}, () => ({ content: [] }))
    })
    for (const [id, version] of versions.entries()) {
      wire.onmessage?.(call(id, 't', { 'io.modelcontextprotocol/protocolVersion': version }))
      wire.onmessage?.(call(1000 + id, 't'), {
        requestInfo: { headers: { 'mcp-protocol-version': version } },
      } as never)
    }
    await soon()
  })
  expect(new Set(valuesOf(recorded, 'mcp.protocol.version'))).toEqual(
    new Set(['2026-07-28', '_OTHER']),
  )
})

it('a name that a client invents is none, also of a server that answers any', async () => {
  const recorded = await inRequest(async () => {
    for (let i = 0; i < 20; i++) {
      const wire = await anyTool()
      wire.onmessage?.(call(1, `invented-${i}`))
      wire.onmessage?.(call(2, `invented-${i}`))
      await soon()
    }
  })
  expect(valuesOf(recorded, 'gen_ai.tool.name')).toEqual([undefined])
  expect(JSON.stringify(recorded.spans)).not.toContain('invented')
})

it('what one server has listed, that of the next request knows', async () => {
  const recorded = await inRequest(async () => {
    const first = await anyTool(['weather'])
    first.onmessage?.(message(1, 'tools/list'))
    await soon()
    const next = await anyTool(['weather'])
    next.onmessage?.(call(1, 'weather'))
    await soon()
  })
  expect(valuesOf(recorded, 'gen_ai.tool.name')).toContain('weather')
})

it('what an isolate remembers of lists is 1000 names for all servers, and for all clients as many', async () => {
  const many = (prefix: string) => Array.from({ length: 600 }, (_, i) => `${prefix}-${i}`)
  const answered = (id: number, result: object) => ({ jsonrpc: '2.0', id, result }) as never
  const recorded = await inRequest(async () => {
    for (const prefix of ['a', 'b', 'c']) {
      const wire = await anyTool(many(prefix))
      wire.onmessage?.(message(0, 'tools/list'))
      await soon()
      for (const [id, name] of many(prefix).entries()) {
        wire.onmessage?.(call(id + 1, name))
      }
      const { client, wire: theirs } = await calling()
      theirs.onmessage?.(
        answered(0, {
          protocolVersion: '2025-11-25',
          capabilities: { tools: {} },
          serverInfo: { name: 's', version: '1' },
        }),
      )
      await soon()
      for (const name of many(`their-${prefix}`)) {
        void client.callTool({ name }).catch(() => undefined)
      }
      await soon()
      for (const sent of [...theirs.sent] as { id?: number; method?: string }[]) {
        if (sent.method === 'tools/call') {
          theirs.onmessage?.(answered(sent.id as number, { content: [] }))
        }
      }
      await soon()
      await client.close()
    }
  })
  for (const name of [OPERATION, 'mcp.client.operation.duration']) {
    const names = valuesOf(recorded, 'gen_ai.tool.name', name).filter((each) => each !== undefined)
    expect(names.length).toBeGreaterThan(900)
    expect(names.length).toBeLessThanOrEqual(1000)
  }
})

it.each([
  ['shop://menu/today?email=ann@example.com', 'shop://menu/today'],
  ['shop://menu/today#ann', 'shop://menu/today'],
  ['shop://menu/@today', 'shop://menu/@today'],
  ['shop://ann@menu/today', 'shop://menu/today'],
  ['https://h:8080/a', 'https://h:8080/a'],
  ['postgres://user:pass@h/db', 'postgres://h/db'],
  ['postgres://user:pa@ss@h/db', 'postgres://h/db'],
  ['postgres://user:pa/ss@h/db', 'postgres://'],
  ['postgres://user:pa?ss@h/db', 'postgres://'],
  ['postgres://user:pa#ss@h/db', 'postgres://'],
  ['postgres://user:12/34@h/db', 'postgres://'],
  [`postgres://user:${'p'.repeat(300)}@h/db`, 'postgres://h/db'],
  ['jdbc:postgres://user:pass@h/db', 'jdbc:postgres://h/db'],
  ['//user:pa/ss@h/db', '//'],
  ['urn:isbn:7', 'urn:isbn:7'],
  ['?x', undefined],
  ['', undefined],
  [7, undefined],
])('of the URI %s what is told is %s', (uri, told) => {
  expect(uriOf(uri)).toBe(told)
})

it('a code of an error in metrics is one of those that there are', async () => {
  const codes = [
    -32_700,
    -32_602,
    -32_042,
    404,
    7,
    -1,
    1.5,
    'x',
    ...Array.from({ length: 50 }, (_, i) => 100_000 + i),
  ]
  const recorded = await inRequest(async () => {
    const { client, wire } = await calling()
    for (const code of codes) {
      void client.ping().catch(() => undefined)
      await Promise.resolve()
      const { id } = wire.sent.at(-1) as { id: number }
      wire.onmessage?.({ jsonrpc: '2.0', id, error: { code, message: 'no' } } as never)
    }
    await client.close()
  })
  const client = 'mcp.client.operation.duration'
  const common = ['-32700', '-32602', '-32042', '404', '_OTHER']
  for (const key of ['rpc.response.status_code', 'error.type']) {
    const values = valuesOf(recorded, key, client).filter((value) => value !== undefined)
    expect(new Set(values)).toEqual(new Set(common))
  }
  expect(JSON.stringify(recorded.spans)).toContain('"rpc.response.status_code":"100049"')
})

it('an id that a client chooses is told without secrets', async () => {
  const id = 'Bearer sk-abcdefghijklmnopqrstuvwxyz012345678901234567'
  const recorded = await inRequest(async () => {
    const { wire } = await wired()
    wire.sessionId = 'session-of-ann'
    wire.onmessage?.({ jsonrpc: '2.0', id, method: 'ping' })
    await soon()
  })
  expect(JSON.stringify(recorded.spans)).not.toMatch(/sk-abcdef|session-of-ann/)
})
