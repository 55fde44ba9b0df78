import { describe, expect, it } from 'vitest'
import { type Answer, type Ask, get, type Open, send } from './backend.ts'
import {
  log,
  logs,
  metrics,
  nano,
  point,
  request,
  START_MS,
  span,
  spanId,
  spans,
  traceId,
} from './records.ts'

/** The Model Context Protocol: what an assistant asks, and how short the answers are. */
export function mcpTests(open: Open): void {
  describe('MCP', () => {
    const call = async (ask: Ask, method: string, params: object = {}): Promise<Answer> => {
      const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params })
      const headers = {
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
      }
      const response = await ask('/mcp', { method: 'POST', headers, body })
      expect(response.status).toBe(200)
      return response.json()
    }
    const textOf = async (ask: Ask, name: string, given: object = {}): Promise<string> => {
      const { result } = await call(ask, 'tools/call', { name, arguments: given })
      expect(result).toMatchObject({ isError: false, content: [{ type: 'text' }] })
      return result.content[0].text
    }
    const tool = async (ask: Ask, name: string, given: object = {}): Promise<Answer> =>
      JSON.parse(await textOf(ask, name, given))
    const refusal = async (ask: Ask, name: string, given: object): Promise<string> => {
      const { result } = await call(ask, 'tools/call', { name, arguments: given })
      expect(result.isError).toBe(true)
      return result.content[0].text
    }

    it('begins as clients expect', async () => {
      const ask = await open()
      const given = { protocolVersion: '2025-03-26', capabilities: {}, clientInfo: { name: 'c' } }
      const { result } = await call(ask, 'initialize', given)
      expect(result).toMatchObject({
        protocolVersion: '2025-03-26',
        capabilities: { tools: {} },
        serverInfo: { name: 'hono-observability' },
      })
      const newer = await call(ask, 'initialize', { protocolVersion: '2099-01-01' })
      expect(newer.result.protocolVersion).toBe('2025-06-18')
      const notification = { jsonrpc: '2.0', method: 'notifications/initialized' }
      const accepted = await ask('/mcp', { method: 'POST', body: JSON.stringify(notification) })
      expect(accepted.status).toBe(202)
      expect(await accepted.text()).toBe('')
      expect((await call(ask, 'ping')).result).toEqual({})
      const { tools } = (await call(ask, 'tools/list')).result
      expect(tools.map((each: Answer) => each.name)).toEqual([
        'services',
        'overview',
        'changes',
        'errors',
        'distinguish',
        'service_map',
        'search_traces',
        'get_trace',
        'get_span',
        'compare_traces',
        'search_logs',
        'list_metrics',
        'query_metric',
        'notes',
      ])
      for (const { inputSchema } of tools) {
        expect(inputSchema).toMatchObject({ type: 'object', additionalProperties: false })
        expect(inputSchema.properties).toHaveProperty('maxChars')
      }
    })

    it('answers each tool in few words', async () => {
      const ask = await open()
      const own = { trace: 1, span: 1, attributes: { a: 'b' } }
      await send(
        ask,
        'traces',
        spans([request(own), span({ trace: 1, span: 2, parent: 1, to: 4 })]),
      )
      await send(ask, 'traces', spans([request({ trace: 2, span: 1, to: 25, status: 500 })]))
      await send(ask, 'logs', logs([log({ trace: 1, attributes: { n: 1 } })]))
      const sum = { aggregationTemporality: 1, dataPoints: [point(0, 1000, { asInt: '5' })] }
      await send(ask, 'metrics', metrics([{ name: 'orders', sum }]))

      const found = await tool(ask, 'search_traces', { attribute: ['a=b'], minMs: 1, limit: 5 })
      const start = new Date(START_MS).toISOString()
      const item = {
        traceId: traceId(1),
        name: 'GET /orders/:id',
        service: 'shop',
        ms: 10,
        spans: 2,
      }
      expect(found.items).toEqual([{ ...item, kind: 'server', httpStatus: 200, start }])
      const trace = await tool(ask, 'get_trace', { traceId: traceId(1) })
      expect(trace.resources).toEqual({ r1: { 'service.name': 'shop' } })
      expect(trace.spans).toMatchObject([
        { id: spanId(1), resource: 'r1', ms: 10, selfMs: 6, criticalMs: 6, attributes: { a: 'b' } },
        { id: spanId(2), resource: 'r1', parent: spanId(1), name: 'work', ms: 4 },
      ])
      expect(trace.logs).toMatchObject([{ body: 'said', level: 'info', atMs: 0 }])
      expect(await tool(ask, 'get_span', { traceId: traceId(1), spanId: spanId(1) })).toMatchObject(
        {
          id: spanId(1),
          service: 'shop',
          resource: { 'service.name': 'shop' },
          attributes: { a: 'b' },
        },
      )
      expect((await tool(ask, 'search_logs', { traceId: traceId(1) })).items).toMatchObject([
        { body: 'said', traceId: traceId(1), attributes: { n: 1 } },
      ])
      expect((await tool(ask, 'overview')).routes).toMatchObject([
        { service: 'shop', route: 'GET /orders/:id', requests: 2, errors: 1 },
      ])
      expect(await tool(ask, 'compare_traces', { a: traceId(1), b: traceId(2) })).toMatchObject({
        bTakesLongerMs: 15,
        pairs: [
          { name: 'GET /orders/:id', deltaMs: 15 },
          { name: 'work', onlyIn: 'a' },
        ],
      })
      expect(await tool(ask, 'distinguish', { chosenStatus: 'error' })).toMatchObject({
        chosen: 1,
        others: 1,
        attributes: [{ key: 'a', present: { chosen: 0, others: 1 } }],
      })
      expect((await tool(ask, 'service_map')).edges).toMatchObject([
        { from: 'outside', to: 'shop', requests: 2, errors: 1 },
      ])
      const { metrics: listed } = await tool(ask, 'list_metrics')
      expect(listed).toMatchObject([{ name: 'orders', type: 'sum' }])
      const queried = await tool(ask, 'query_metric', { id: listed[0].id, by: '' })
      expect(queried.series).toMatchObject([{ total: 5 }])
      expect(queried.promql).toEqual({ value: 'sum(orders)' })
      expect((await tool(ask, 'services')).services).toMatchObject([{ name: 'shop' }])
      expect((await tool(ask, 'notes')).notes.length).toBeGreaterThan(0)
    })

    it('groups errors where they began, by type and message without its numbers', async () => {
      const ask = await open()
      const failed = (trace: number, message: string, type = 'TypeError') => [
        request({ trace, span: 1, status: 500 }),
        {
          ...span({ trace, span: 2, parent: 1, failed: true }),
          events: [
            {
              name: 'exception',
              timeUnixNano: nano(START_MS),
              attributes: Object.entries({
                'exception.type': type,
                'exception.message': message,
                'exception.stacktrace': `${type}: ${message}\n  at lib (/app/node_modules/x.js:1:1)\n  at pay (/app/pay.ts:7:3)`,
              }).map(([key, stringValue]) => ({ key, value: { stringValue } })),
            },
          ],
        },
      ]
      await send(
        ask,
        'traces',
        spans([...failed(1, 'no order 17'), ...failed(2, 'no order 18'), ...failed(3, 'gone')]),
      )
      const { errors, lookedAt } = await tool(ask, 'errors')
      expect(lookedAt).toBe(6)
      expect(errors).toMatchObject([
        {
          service: 'shop',
          type: 'TypeError',
          message: 'no order …',
          count: 2,
          routes: ['GET /orders/:id'],
        },
        { message: 'gone', count: 1, at: 'pay (/app/pay.ts:7:3)', sample: { traceId: traceId(3) } },
      ])
      expect((await get(ask, '/api/errors?service=none')).errors).toEqual([])
    })

    it('says what changed since a moment', async () => {
      const ask = await open()
      const at = (ms: number, sketch: Parameters<typeof request>[0]) => ({
        ...request(sketch),
        startTimeUnixNano: nano(Date.now() - ms),
        endTimeUnixNano: nano(Date.now() - ms + (sketch.to ?? 10)),
      })
      const before = [0, 1, 2, 3].flatMap((i) => [
        at(90_000 + i, { trace: 10 + i, span: 1 }),
        at(90_000 + i, { trace: 20 + i, span: 1, route: '/same' }),
      ])
      const after = [0, 1, 2, 3].flatMap((i) => [
        at(30_000 + i, { trace: 30 + i, span: 1, to: 500, status: i ? 200 : 503 }),
        at(30_000 + i, { trace: 40 + i, span: 1, route: '/same' }),
      ])
      await send(
        ask,
        'traces',
        spans([...before, ...after, at(20_000, { trace: 50, span: 1, route: '/new' })]),
      )
      const changes = await tool(ask, 'changes', { since: '60s' })
      expect(changes.routes.map(({ route }: Answer) => route)).toEqual([
        'GET /new',
        'GET /orders/:id',
      ])
      expect(changes.routes[1]).toMatchObject({
        before: { requests: 4, errors: 0 },
        since: { requests: 4, errors: 1 },
      })
      expect(changes.newErrors).toMatchObject([{ count: 1, sample: { traceId: traceId(30) } }])
      expect(changes.newServices).toMatchObject([{ service: 'shop' }])
      expect(await refusal(ask, 'changes', { since: 'noon' })).toContain('`since` must be')
    })

    it('puts failed spans and the critical path first, and is whole JSON at any size', async () => {
      const ask = await open()
      const many = Array.from({ length: 3000 }, (_, i) =>
        span({
          trace: 1,
          span: i + 2,
          parent: 1,
          from: i / 100,
          to: i / 100 + 1,
          name: `step ${i}`,
          failed: i === 1500,
          attributes: { text: `${'x'.repeat(200)}"\\` },
        }),
      )
      await send(ask, 'traces', spans([request({ trace: 1, span: 1, to: 100 }), ...many]))
      for (const maxChars of [500, 800, 2000, 20_000, 200_000]) {
        const text = await textOf(ask, 'get_trace', { traceId: traceId(1), maxChars })
        expect(text.length).toBeLessThanOrEqual(maxChars)
        const trace = JSON.parse(text)
        if (maxChars < 2000) continue
        expect(trace.spans[0]).toMatchObject({ name: 'step 1500', status: 'error' })
        expect(trace.spans[1].name).toBe('GET /orders/:id')
        expect(trace.spans.length + trace.omitted.spans).toBe(3001)
        expect(text.length).toBeGreaterThan(maxChars * 0.7)
      }
    })

    it('says of 28 spans in less than half of the characters what the API says', async () => {
      const ask = await open()
      const attributes = {
        'db.system.name': 'sqlite',
        'db.query.text': 'SELECT id, name, price FROM products WHERE id = ?',
        'db.operation.name': 'SELECT',
        'server.address': 'db.example.com',
      }
      const queries = Array.from({ length: 27 }, (_, i) =>
        span({
          trace: 1,
          span: i + 2,
          parent: 1,
          from: i,
          to: i + 1,
          name: 'SELECT',
          kind: 3,
          attributes,
        }),
      )
      await send(ask, 'traces', spans([request({ trace: 1, span: 1, to: 40 }), ...queries]))
      const api = JSON.stringify(await get(ask, `/api/traces/${traceId(1)}`))
      const text = await textOf(ask, 'get_trace', { traceId: traceId(1) })
      expect(JSON.parse(text).spans).toHaveLength(28)
      expect(text.length).toBeLessThan(api.length / 2)
    })

    it('makes pages of lists as long as fits, and loses none between them', async () => {
      const ask = await open()
      const body = 'x'.repeat(300)
      const records = Array.from({ length: 40 }, (_, i) => log({ body: `${i} ${body}` }))
      await send(ask, 'logs', logs(records))
      const seen: string[] = []
      let cursor: string | undefined
      do {
        const given = { maxChars: 3000, ...(cursor && { cursor }) }
        const page = await tool(ask, 'search_logs', given)
        seen.push(...page.items.map((each: Answer) => each.body.split(' ')[0]))
        cursor = page.nextCursor
        expect(page.omitted).toBeUndefined()
      } while (cursor)
      expect(seen).toEqual(Array.from({ length: 40 }, (_, i) => String(39 - i)))
    })

    it('says what is wrong', async () => {
      const ask = await open()
      expect((await call(ask, 'resources/list')).error.code).toBe(-32_601)
      expect((await call(ask, 'tools/call', { name: 'drop' })).error.code).toBe(-32_602)
      expect(await refusal(ask, 'search_traces', { limit: 'x' })).toMatch(/limit/)
      expect(await refusal(ask, 'get_trace', { trace_id: traceId(1) })).toBe(
        'Cannot call get_trace: `trace_id` is no argument of it; these are: traceId, maxChars',
      )
      expect(await refusal(ask, 'get_trace', {})).toBe(
        'Cannot call get_trace: `traceId` is missing',
      )
      expect(await refusal(ask, 'get_trace', { traceId: { $ne: 1 } })).toContain('must be a string')
      expect(await refusal(ask, 'services', { maxChars: 5 })).toContain('from 500 to 200000')
      expect(await refusal(ask, 'get_trace', { traceId: traceId(9) })).toBe(
        'There is no such trace',
      )
      expect((await ask('/mcp', { method: 'POST', body: '{' })).status).toBe(400)
      expect((await ask('/mcp')).status).toBe(405)
    })
  })
}
