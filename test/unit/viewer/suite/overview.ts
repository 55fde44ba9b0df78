import { describe, expect, it } from 'vitest'
import { type Answer, get, type Open, send } from './backend.ts'
import {
  keyValues,
  log,
  logs,
  metrics,
  point,
  request,
  START_MS,
  span,
  spans,
  traceId,
} from './records.ts'

export function overviewTests(open: Open): void {
  describe('the overview', () => {
    it('has rates, errors and quantiles by service and route', async () => {
      const ask = await open()
      const records = Array.from({ length: 100 }, (_, i) =>
        request({ trace: i + 1, span: 1, from: i, to: 2 * i + 1, status: i < 5 ? 500 : 200 }),
      )
      await send(ask, 'traces', spans([...records, span({ trace: 1, span: 2, parent: 1 })]))
      const other = request({ trace: 200, span: 1, route: '/pay', method: 'POST', to: 7 })
      await send(ask, 'traces', spans([other], 'payments'))
      const range = `from=${START_MS - 5000}&to=${START_MS + 95_000}`
      const all = await get(ask, `/api/overview?${range}`)
      expect(all.total).toMatchObject({ requests: 101, errors: 5, ratePerS: 1.01 })
      const [shop, payments] = all.services
      expect(shop).toMatchObject({ service: 'shop', requests: 100, errors: 5, errorRatio: 0.05 })
      for (const [name, exact] of [
        ['p50Ms', 50],
        ['p95Ms', 95],
        ['p99Ms', 99],
      ] as const) {
        expect(Math.abs(shop[name] / exact - 1)).toBeLessThan(0.04)
      }
      expect(payments).toMatchObject({ service: 'payments', requests: 1, errors: 0 })
      expect(all.routes.map((each: Answer) => [each.service, each.route, each.requests])).toEqual([
        ['shop', 'GET /orders/:id', 100],
        ['payments', 'POST /pay', 1],
      ])
      expect(all.timeline.reduce((sum: number, each: Answer) => sum + each.requests, 0)).toBe(101)
      expect(all.timeline.some((each: Answer) => each.requests === 0)).toBe(true)
      const one = await get(ask, `/api/overview?${range}&service=payments`)
      expect(one.total.requests).toBe(1)
      const day = await get(
        ask,
        `/api/overview?from=${START_MS - 86_000_000}&to=${START_MS + 400_000}`,
      )
      expect(day.total.requests).toBe(101)
      expect(day.timeline.length).toBeLessThanOrEqual(121)
      expect((await ask('/api/overview?from=5&to=4')).status).toBe(400)
    })

    it('counts runs of Workflows, whose sleeps are no latency', async () => {
      const ask = await open()
      const run = (trace: number, failed: boolean) =>
        span({
          trace,
          span: 1,
          kind: 5,
          name: 'run Fulfilment',
          to: 40_000,
          failed,
          attributes: { 'cloudflare.workflow.name': 'Fulfilment' },
        })
      const records = [run(1, false), run(2, true), request({ trace: 3, span: 1, to: 10 })]
      await send(ask, 'traces', spans(records))
      const range = `from=${START_MS - 5000}&to=${START_MS + 95_000}`
      const { total, others, routes } = await get(ask, `/api/overview?${range}`)
      expect(total).toMatchObject({ requests: 1, errors: 0 })
      expect(total.p99Ms).toBeLessThan(11)
      expect(others).toMatchObject({ requests: 2, errors: 1, p99Ms: null })
      const runs = routes.find(({ route }: Answer) => route === 'run Fulfilment')
      expect(runs).toMatchObject({ requests: 2, errors: 1, p50Ms: null, p99Ms: null })
    })

    it('counts HTTP requests only as requests, and what else is asked or told apart', async () => {
      const ask = await open()
      const upgrade = request({ trace: 1, span: 1, route: '/chat/:room', status: 101 })
      const old = { 'http.method': 'GET', 'http.status_code': 200 }
      const other = (trace: number, kind: number, name: string, attributes = {}) =>
        span({ trace, span: 9, kind, name, failed: trace === 13, attributes })
      await send(
        ask,
        'traces',
        spans([
          upgrade,
          request({ trace: 2, span: 1, route: '/mcp', method: 'POST' }),
          span({ trace: 3, span: 1, kind: 2, name: 'GET', attributes: old }),
          other(2, 2, 'tools/call price', { 'mcp.method.name': 'tools/call' }),
          other(11, 2, 'message /chat/:room', { 'http.route': '/chat/:room' }),
          other(12, 2, 'message /chat/:room', { 'http.route': '/chat/:room' }),
          other(13, 5, 'process orders', { 'http.request.method': 'POST' }),
        ]),
      )
      await send(ask, 'traces', spans([other(14, 2, 'Stock/reserve')], 'stock'))
      const range = `from=${START_MS - 5000}&to=${START_MS + 95_000}`
      const { total, others, services, routes, timeline } = await get(ask, `/api/overview?${range}`)
      expect(total).toMatchObject({ requests: 3, errors: 0 })
      expect(others).toMatchObject({ requests: 5, errors: 1 })
      expect(services).toMatchObject([
        { service: 'shop', requests: 3 },
        { service: 'stock', requests: 0, p95Ms: null },
      ])
      expect(timeline.reduce((sum: number, each: Answer) => sum + each.requests, 0)).toBe(3)
      const rows = routes.map(({ kind, requests }: Answer) => [kind, requests])
      expect(rows.filter(([kind]: Answer) => kind === 'http')).toHaveLength(3)
      expect(rows.filter(([kind]: Answer) => kind === 'other')).toHaveLength(4)
      const told = await get(ask, `/api/overview?${range}&service=stock`)
      expect([told.total.requests, told.others.requests]).toEqual([0, 1])
    })

    it('adds up what spans say that they cost, by route, the dearest first', async () => {
      const ask = await open()
      const costing = (index: number, name: string, usd: number, reads = 1) =>
        span({
          trace: index,
          span: 1,
          name,
          attributes: { 'hono.cost': usd, 'hono.usage.kv.reads': reads },
        })
      await send(
        ask,
        'traces',
        spans([
          ...Array.from({ length: 10 }, (_, i) => costing(i + 1, 'GET /carts/:id', 8e-7)),
          costing(20, 'POST /orders', 17.857e-6, 3),
          costing(21, 'POST /orders', 17.857e-6, 4),
          span({ trace: 22, span: 1, name: 'GET /free' }),
        ]),
      )
      await send(ask, 'traces', spans([costing(30, 'POST /pay', 1e-6)], 'payments'))
      const view = await get(ask, '/api/costs')
      expect(view.lookedAt).toBe(13)
      expect(view.totalUsd).toBeCloseTo(8e-6 + 2 * 17.857e-6 + 1e-6, 12)
      expect(view.costs).toEqual([
        {
          service: 'shop',
          route: 'POST /orders',
          count: 2,
          usd: expect.closeTo(2 * 17.857e-6, 12),
          used: { 'kv.reads': 7 },
        },
        {
          service: 'shop',
          route: 'GET /carts/:id',
          count: 10,
          usd: expect.closeTo(8e-6, 12),
          used: { 'kv.reads': 10 },
        },
        { service: 'payments', route: 'POST /pay', count: 1, usd: 1e-6, used: { 'kv.reads': 1 } },
      ])
      expect((await get(ask, '/api/costs?service=payments')).costs).toHaveLength(1)
      const later = `/api/costs?from=${START_MS + 1_000_000}&to=${START_MS + 2_000_000}`
      expect(await get(ask, later)).toEqual({ costs: [], totalUsd: 0, lookedAt: 0 })
    })

    it('rounds sums of costs to digits that are not those of binary fractions', async () => {
      const ask = await open()
      const parts = [4.5e-7, 5e-6, 0.3e-6, 1e-9, 0.1, 0.2]
      const records = parts.map((usd, index) =>
        span({
          trace: index + 1,
          span: 1,
          name: 'GET /',
          attributes: { 'hono.cost': usd, 'hono.usage.cpu_ms': 0.1, 'hono.usage.bytes': 2 ** 44 },
        }),
      )
      await send(ask, 'traces', spans(records))
      const { costs, totalUsd } = await get(ask, '/api/costs')
      expect(totalUsd).toBe(0.300005751)
      expect(costs).toMatchObject([{ usd: 0.300005751, used: { cpu_ms: 0.6, bytes: 6 * 2 ** 44 } }])
    })

    it('lists services with what they sent', async () => {
      const ask = await open()
      await send(ask, 'traces', spans([request({ trace: 1, span: 1 })]))
      await send(ask, 'logs', logs([log({}), log({})]))
      const gauge = { name: 'g', gauge: { dataPoints: [point(0, 1, { asInt: '1' })] } }
      await send(ask, 'metrics', metrics([gauge], 'shop', 'a'))
      await send(ask, 'metrics', metrics([gauge], 'shop', 'b'))
      await send(ask, 'logs', { resourceLogs: [{ scopeLogs: [{ logRecords: [log({})] }] }] })
      const { services } = await get(ask, '/api/services')
      expect(services).toHaveLength(2)
      expect(services[0]).toMatchObject({
        name: 'shop',
        instances: 3,
        spans: 1,
        logs: 2,
        points: 2,
      })
      expect(services[0].resource['service.name']).toBe('shop')
      expect(services[1]).toMatchObject({ name: 'unknown_service', logs: 1, resource: {} })
    })

    it('counts posts and bytes by signal and encoding', async () => {
      const ask = await open()
      await send(ask, 'traces', spans([request({ trace: 1, span: 1 })]))
      await send(ask, 'traces', spans([request({ trace: 2, span: 1 })]), 'protobuf')
      await send(ask, 'logs', logs([log({}), log({})]), 'protobuf')
      const { signals, total, timeline } = await get(ask, '/api/ingest?last=1m')
      expect(
        signals.map((each: Answer) => [each.signal, each.encoding, each.posts, each.items]),
      ).toEqual([
        ['logs', 'protobuf', 1, 2],
        ['traces', 'json', 1, 1],
        ['traces', 'protobuf', 1, 1],
      ])
      expect(total.bytes).toBe(signals.reduce((sum: number, each: Answer) => sum + each.bytes, 0))
      expect(timeline.length).toBeGreaterThan(0)
    })
  })

  describe('notes', () => {
    it('name mistakes, private data and what is no mistake', async () => {
      const ask = await open()
      await send(
        ask,
        'traces',
        spans([
          request({
            trace: 1,
            span: 1,
            to: 20,
            status: 404,
            failed: true,
            attributes: { 'http.method': 'GET' },
          }),
          span({
            trace: 1,
            span: 2,
            parent: 1,
            from: 3,
            to: 3,
            name: 'read /orders/12345',
            attributes: { contact: 'jo@example.com', userID: 3 },
          }),
          span({
            trace: 1,
            span: 3,
            parent: 9,
            name: 'lost',
            kind: 2,
            to: 4,
            attributes: { 'http.request.method': 'GET' },
          }),
          {
            ...span({ trace: 1, span: 4, parent: 1, name: 'old' }),
            startTimeUnixNano: '1',
            endTimeUnixNano: '2',
          },
          { ...span({ trace: 1, span: 5, parent: 1, name: 'back' }), endTimeUnixNano: '5' },
        ]),
      )
      // So that the trace above is not at the edge of what is looked at.
      await send(ask, 'traces', spans([request({ trace: 2, span: 1, status: 503, failed: false })]))
      await send(
        ask,
        'logs',
        logs([log({ severity: 0, body: 'mail for jo@example.com' })], 'unknown_service'),
      )
      const dataPoints = Array.from({ length: 101 }, (_, i) =>
        point(0, 1, { asInt: '1' }, { user: `u${i}` }),
      )
      await send(
        ask,
        'metrics',
        metrics([
          { name: 'requests_total', sum: { aggregationTemporality: 1, dataPoints } },
          {
            name: 'job.duration',
            unit: 'ms',
            gauge: { dataPoints: [point(0, 1, { asInt: '1' })] },
          },
          { name: 'job.duration', unit: 's', gauge: { dataPoints: [point(0, 1, { asInt: '1' })] } },
          {
            name: 'http.server.duration',
            unit: 'ms',
            gauge: { dataPoints: [point(0, 1, { asInt: '1' })] },
          },
        ]),
      )
      const { notes, lookedAt } = await get(ask, '/api/notes')
      const seen = notes.map((note: Answer) => `${note.rule} ${note.subject}`)
      for (const rule of [
        'deprecated-attribute http.method',
        'attribute-name userID',
        'personal-data contact',
        'personal-data body',
        'client-error-as-failure GET /orders/:id',
        'failure-not-marked GET /orders/:id',
        'error-type-missing GET /orders/:id',
        'route-missing lost',
        'zero-length read /orders/12345',
        'ends-before-start back',
        'clock shop',
        'service-name-missing unknown_service',
        'severity-missing unknown_service',
        'metric-name requests_total',
        'unit-missing requests_total',
        'high-cardinality requests_total user',
        'duration-unit job.duration',
        'instrument-conflict job.duration',
        'deprecated-metric http.server.duration',
      ]) {
        expect(seen).toContain(rule)
      }
      const zero = notes.find((note: Answer) => note.rule === 'zero-length')
      expect(zero.advice).toMatch(/one of its ticks/)
      expect(zero.examples[0].traceId).toBe(traceId(1))
      expect(JSON.stringify(notes)).not.toContain('jo@example.com')
      expect(lookedAt).toEqual({ spans: 6, logs: 1, metrics: 4 })
      expect(
        new Set(seen.map((each: string, i: number) => `${each} ${notes[i].signal}`)).size,
      ).toBe(seen.length)
    })

    it('count the names of spans', async () => {
      const ask = await open()
      const named = (count: number) =>
        Array.from({ length: count }, (_, i) =>
          span({ trace: 1, span: i + 1, name: `read /v2/${i}` }),
        )
      const rules = async () =>
        (await get(ask, '/api/notes')).notes.map((note: Answer) => `${note.rule} ${note.subject}`)
      await send(ask, 'traces', spans(named(19)))
      expect(await rules()).toEqual([])
      await send(ask, 'traces', spans(named(20)))
      expect(await rules()).toEqual(['span-name-cardinality read /v…/…'])
    })

    it.each([
      ['workerd', 'cloudflare', /clock stands still/],
      ['nodejs', 'aws', /On nodejs the clock runs/],
    ])('explain 0 ms by the runtime of its sender: %s', async (runtime, cloud, advice) => {
      const ask = await open()
      const sent = spans([span({ trace: 1, span: 1, to: 0 })])
      const attributes = keyValues({ 'process.runtime.name': runtime, 'cloud.provider': cloud })
      const [first] = sent.resourceSpans as Answer[]
      first.resource.attributes.push(...attributes)
      await send(ask, 'traces', sent)
      expect((await get(ask, '/api/notes')).notes).toMatchObject([
        { rule: 'zero-length', advice: expect.stringMatching(advice) },
      ])
    })

    it('are silent about what is right', async () => {
      const ask = await open()
      const own = {
        'gen_ai.usage.input_tokens': 12,
        'llm.token.count': 123_456,
        'url.query': 'token=REDACTED',
        'order.id': '4111',
      }
      await send(
        ask,
        'traces',
        spans([
          request({ trace: 1, span: 1, attributes: own }),
          span({ trace: 1, span: 2, parent: 1 }),
        ]),
      )
      await send(ask, 'logs', logs([log({ body: 'order 4111 placed', trace: 1 })]))
      expect((await get(ask, '/api/notes')).notes).toEqual([])
    })
  })
}
