import { parser } from '@prometheus-io/lezer-promql'
import { describe, expect, it } from 'vitest'
import { type Answer, type Ask, get, type Json, type Open, send } from './backend.ts'
import { metrics, point, request, START_MS, span, spanId, spans, traceId } from './records.ts'

const RANGE = `from=${START_MS - 60_000}&to=${START_MS + 120_000}`
const q = encodeURIComponent

/** Whether the grammar of Prometheus' own editor takes a query without an error. */
function isPromQl(query: string): boolean {
  let isValid = true
  parser.parse(query).iterate({
    enter: ({ type }) => {
      if (type.isError) isValid = false
    },
  })
  return isValid
}

/** Requests from 1 on; every fifth is slow and from one region, of one version and a large cart. */
const shop = (count: number): Json[] =>
  Array.from({ length: count }, (_, at) => {
    const isSlow = at % 5 === 0
    return request({
      trace: at + 1,
      span: 1,
      from: at * 10,
      to: at * 10 + (isSlow ? 900 : 20),
      status: isSlow && at % 10 === 0 ? 500 : 200,
      attributes: {
        'cloud.region': isSlow ? 'eu' : ['us', 'asia'][at % 2] === 'us' ? 'us' : 'asia',
        'app.flag': at % 2 === 0,
        'order.id': `order-${at}`,
        'cart.items': isSlow ? 100 + at : at % 30,
        ...(isSlow && { 'retry.of': `id-${at}` }),
      },
    })
  })

/** What the viewer is asked beyond lists: what distinguishes, who calls whom, quantiles by attribute, ratios, PromQL. */
export function askingTests(open: Open): void {
  const filled = async (records: readonly Json[]): Promise<Ask> => {
    const ask = await open()
    await send(ask, 'traces', spans(records))
    return ask
  }

  describe('what distinguishes requests', () => {
    it('ranks the attributes in which the chosen ones differ from the rest', async () => {
      const ask = await filled(shop(100))
      const found = await get(ask, `/api/distinguish?${RANGE}&chosenMinMs=500`)
      expect(found).toMatchObject({ chosen: 20, others: 80, truncated: false })
      const keys = found.attributes.map(({ key }: Answer) => key)
      expect(keys.slice(0, 3).sort()).toEqual(['cart.items', 'cloud.region', 'retry.of'])
      const byKey = Object.fromEntries(found.attributes.map((each: Answer) => [each.key, each]))
      expect(byKey['cloud.region']).toMatchObject({
        score: 1,
        present: { chosen: 1, others: 1 },
        values: [{ value: 'eu', chosen: 1, others: 0 }, expect.anything(), expect.anything()],
      })
      // Ids say nothing but that they are there.
      expect(byKey['retry.of']).toMatchObject({
        score: 1,
        present: { chosen: 1, others: 0 },
        values: [],
      })
      expect(byKey['order.id']).toBeUndefined()
      // Numbers are compared by stretches of them.
      expect(byKey['cart.items'].values[0]).toMatchObject({ chosen: 1 })
      expect(byKey['cart.items'].values[0].value).toMatch(/^\d+ – 195$/)
      expect(byKey['app.flag']).toBeUndefined()
    })

    it('compares failed requests with the others, among those that a query finds', async () => {
      const ask = await filled(shop(100))
      const found = await get(
        ask,
        `/api/distinguish?${RANGE}&chosenStatus=error&q=${q('cloud.region=eu')}`,
      )
      expect(found).toMatchObject({ chosen: 10, others: 10 })
      expect(found.attributes[0]).toMatchObject({ score: 1, present: { chosen: 1 } })
      expect(found.attributes.map(({ key }: Answer) => key)).toContain('http.response.status_code')
      const none = await get(ask, `/api/distinguish?${RANGE}&chosenMinMs=5000`)
      expect(none).toMatchObject({ chosen: 0, others: 100, attributes: [] })
    })

    it('says what must be chosen', async () => {
      const response = await (await open())('/api/distinguish')
      expect(response.status).toBe(400)
      expect(await response.text()).toContain('chosenStatus')
    })

    it('looks at the newest 2,000 only, and answers in a bounded size whatever was sent', async () => {
      const ask = await open()
      const hostile = '<img src=x onerror=alert(1)>'.repeat(9)
      for (let part = 0; part < 5; part++) {
        const records = Array.from({ length: 450 }, (_, at) => {
          const number = part * 450 + at
          const attributes = Object.fromEntries(
            Array.from({ length: 60 }, (__, n) => [`${hostile}${n}`, `${hostile}${number % 7}`]),
          )
          return request({ trace: number + 1, span: 1, to: number % 2 ? 10 : 500, attributes })
        })
        await send(ask, 'traces', spans(records))
      }
      const response = await ask(`/api/distinguish?${RANGE}&chosenMinMs=100`)
      const text = await response.text()
      expect(JSON.parse(text)).toMatchObject({ chosen: 1000, others: 1000, truncated: true })
      expect(text.length).toBeLessThan(100_000)
      const points = await get(ask, `/api/latencies?${RANGE}`)
      expect(points.points).toHaveLength(2000)
      expect(points.truncated).toBe(true)
      expect(JSON.stringify(points).length).toBeLessThan(1_000_000)
    })
  })

  it('tells how long each request took', async () => {
    const ask = await filled([...shop(3), span({ trace: 1, span: 2, parent: 1 })])
    const { points } = await get(ask, `/api/latencies?${RANGE}`)
    expect(points).toHaveLength(3)
    expect(points).toContainEqual({
      traceId: traceId(1),
      spanId: spanId(1),
      timeMs: START_MS,
      durationMs: 900,
      failed: true,
      service: 'shop',
      route: 'GET /orders/:id',
    })
    expect((await get(ask, `/api/latencies?${RANGE}&service=none`)).points).toEqual([])
  })

  it('counts runs of Workflows on the map, and takes their durations for no latency', async () => {
    const run = { 'cloudflare.workflow.name': 'fulfilment' }
    const ask = await filled([
      ...shop(2),
      span({ trace: 9, span: 1, kind: 2, to: 90_000, attributes: run }),
    ])
    expect((await get(ask, `/api/latencies?${RANGE}`)).points).toHaveLength(2)
    const { edges } = await get(ask, `/api/map?${RANGE}`)
    expect(edges).toMatchObject([{ from: 'outside', requests: 3 }])
    expect(edges[0].p99Ms).toBeLessThan(1000)
  })

  describe('the map of services', () => {
    it('has the ways between services, databases and queues, with rates, errors and p95', async () => {
      const ask = await open()
      const client = (sketch: Parameters<typeof span>[0]) => span({ kind: 3, parent: 1, ...sketch })
      for (const trace of [1, 2, 3, 4]) {
        await send(
          ask,
          'traces',
          spans([
            request({ trace, span: 1, to: 100, status: trace === 4 ? 500 : 200 }),
            client({
              trace,
              span: 2,
              name: 'POST',
              attributes: { 'server.address': 'bank.test' },
              to: 50,
            }),
            client({
              trace,
              span: 3,
              name: 'get',
              attributes: { 'db.system.name': 'redis' },
              to: 5,
            }),
            client({ trace, span: 4, attributes: { 'server.address': 'api.example.com' }, to: 9 }),
            span({
              trace,
              span: 5,
              parent: 1,
              kind: 4,
              attributes: { 'messaging.destination.name': 'jobs' },
            }),
            span({ trace, span: 6, parent: 1, name: 'inner' }),
          ]),
        )
        await send(
          ask,
          'traces',
          spans(
            [request({ trace, span: 7, to: 40, status: trace > 2 ? 503 : 200, ...{ parent: 2 } })],
            'bank',
          ),
        )
        const consumer = { kind: 5, attributes: { 'messaging.destination.name': 'jobs' } }
        await send(
          ask,
          'traces',
          spans([span({ trace: trace + 10, span: 8, ...consumer })], 'mailer'),
        )
      }
      const { nodes, edges, edgesTotal, lookedAt } = await get(ask, `/api/map?${RANGE}`)
      const ways = edges.map(({ from, to, requests, errors }: Answer) => [
        from,
        to,
        requests,
        errors,
      ])
      expect(ways.sort()).toEqual([
        ['outside', 'service shop', 4, 1],
        ['queue jobs', 'service mailer', 4, 0],
        ['service shop', 'database redis', 4, 0],
        ['service shop', 'external api.example.com', 4, 0],
        ['service shop', 'queue jobs', 4, 0],
        ['service shop', 'service bank', 4, 2],
      ])
      expect(edgesTotal).toBe(6)
      expect(lookedAt).toBe(28)
      expect(nodes).toContainEqual({ id: 'database redis', name: 'redis', kind: 'database' })
      const bank = edges.find(({ to }: Answer) => to === 'service bank')
      expect(bank.p95Ms).toBeGreaterThan(38)
      expect(bank.p95Ms).toBeLessThan(42)
      expect(bank.errorRatio).toBe(0.5)
      expect(bank.sample.spanId).toBe(spanId(7))
    })

    it('draws what a service calls of itself by the name that it calls', async () => {
      const ask = await open()
      const object = { 'db.system.name': 'cloudflare-durable-object', 'db.namespace': 'Stock' }
      await send(
        ask,
        'traces',
        spans([
          request({ trace: 1, span: 1 }),
          span({ trace: 1, span: 2, parent: 1, kind: 3, attributes: object }),
          span({ trace: 1, span: 3, parent: 2, kind: 2, name: 'Stock/reserve' }),
        ]),
      )
      const { edges } = await get(ask, `/api/map?${RANGE}`)
      expect(edges.map(({ from, to }: Answer) => `${from} > ${to}`).sort()).toEqual([
        'outside > service shop',
        'service shop > database cloudflare-durable-object Stock',
      ])
    })

    const waysOf = async (ask: Ask): Promise<string[]> => {
      const { edges } = await get(ask, `/api/map?${RANGE}`)
      return edges
        .map(({ from, to, requests }: Answer) => `${from} > ${to}: ${requests}`)
        .filter((each: string) => !each.startsWith('outside'))
        .sort()
    }

    it('counts a call once, whose client has a client of its own', async () => {
      const ask = await open()
      const client = (trace: number, number: number, parent: number, attributes: object) =>
        span({ trace, span: number, parent, kind: 3, attributes: { ...attributes } })
      const model = { 'gen_ai.operation.name': 'chat', 'server.address': 'llm.test' }
      const http = (host: string, port = 443) => ({ 'server.address': host, 'server.port': port })
      await send(
        ask,
        'traces',
        spans([
          request({ trace: 1, span: 1 }),
          client(1, 2, 1, model),
          // Asked twice, because the first answer was a 503.
          client(1, 3, 2, http('llm.test')),
          client(1, 4, 2, http('llm.test')),
          // It does not say whom it calls.
          client(1, 5, 1, { 'gen_ai.operation.name': 'chat' }),
          client(1, 6, 5, http('other.test')),
          client(1, 7, 1, { 'db.system.name': 'postgresql', 'server.address': 'db.test' }),
          client(1, 8, 7, http('proxy.test')),
          // Another call: to get a token for it.
          client(1, 9, 1, http('bank.test')),
          client(1, 10, 9, http('login.test')),
        ]),
      )
      expect(await waysOf(ask)).toEqual([
        'service shop > database postgresql: 1',
        'service shop > external bank.test: 1',
        'service shop > external llm.test: 1',
        'service shop > external login.test: 1',
        'service shop > external other.test: 1',
      ])
    })

    it('counts a call where it was answered, whatever is around its client', async () => {
      const ask = await open()
      const address = { 'server.address': 'llm.test' }
      await send(
        ask,
        'traces',
        spans([
          request({ trace: 1, span: 1 }),
          span({ trace: 1, span: 2, parent: 1, kind: 3, attributes: address }),
          span({ trace: 1, span: 3, parent: 2, kind: 3, attributes: address }),
        ]),
      )
      await send(ask, 'traces', spans([{ ...request({ trace: 1, span: 4, parent: 3 }) }], 'llm'))
      expect(await waysOf(ask)).toEqual(['service shop > service llm: 1'])
    })

    it('draws calls of a service to itself as that, where the called side tells of them', async () => {
      const ask = await open()
      const localhost = (port: number) => ({ 'server.address': 'localhost', 'server.port': port })
      const call = (number: number, attributes: Record<string, string | number>) =>
        span({ trace: 1, span: number, parent: 1, kind: 3, attributes })
      await send(
        ask,
        'traces',
        spans([
          request({ trace: 1, span: 1 }),
          ...[2, 3, 4].flatMap((number) => [
            call(number, localhost(3000)),
            request({ trace: 1, span: number + 10, parent: number }),
          ]),
          // What an app asks of itself without a call.
          request({ trace: 1, span: 20, parent: 1 }),
        ]),
      )
      expect(await waysOf(ask)).toEqual(['service shop > service shop: 3'])
    })

    it('tells servers of one host apart by their ports', async () => {
      const ask = await open()
      const call = (number: number, host: string, port: number) =>
        span({
          trace: 1,
          span: number,
          kind: 3,
          attributes: { 'server.address': host, 'server.port': port },
        })
      const old = { 'net.peer.name': 'old.test', 'net.peer.port': 81 }
      await send(
        ask,
        'traces',
        spans([
          call(1, 'localhost', 3001),
          call(2, 'localhost', 3002),
          call(3, 'api.test', 443),
          call(4, '::1', 8080),
          span({ trace: 1, span: 5, kind: 3, attributes: old }),
        ]),
      )
      expect(await waysOf(ask)).toEqual([
        'service shop > external [::1]:8080: 1',
        'service shop > external api.test: 1',
        'service shop > external localhost:3001: 1',
        'service shop > external localhost:3002: 1',
        'service shop > external old.test:81: 1',
      ])
    })

    it('knows a queue that its producer and its consumer call by different names', async () => {
      const ask = await open()
      const named = (name: string) => ({ 'messaging.destination.name': name })
      const sent = span({ trace: 1, span: 1, kind: 4, attributes: named('BINDING') })
      const linked = {
        ...span({ trace: 2, span: 2, kind: 5, attributes: named('orders') }),
        links: [{ traceId: traceId(1), spanId: spanId(1) }],
      }
      const continued = span({ trace: 3, span: 4, parent: 3, kind: 5, attributes: named('mails') })
      const other = span({ trace: 3, span: 3, kind: 4, attributes: named('MAILS') })
      await send(ask, 'traces', spans([sent, linked, other, continued]))
      const { edges } = await get(ask, `/api/map?${RANGE}`)
      expect(edges.map(({ from, to }: Answer) => `${from} > ${to}`).sort()).toEqual([
        'queue mails > service shop',
        'queue orders > service shop',
        'service shop > queue mails',
        'service shop > queue orders',
      ])
    })

    it('keeps its bounds where everybody calls somebody else', async () => {
      const ask = await open()
      const many = Array.from({ length: 400 }, (_, at) =>
        span({ trace: 1, span: at + 1, kind: 3, attributes: { 'server.address': `host-${at}` } }),
      )
      await send(ask, 'traces', spans(many))
      const { nodes, edges, edgesTotal } = await get(ask, `/api/map?${RANGE}`)
      expect(edges).toHaveLength(200)
      expect(edgesTotal).toBe(400)
      expect(nodes).toHaveLength(201)
    })
  })

  it('counts the requests of each route over time', async () => {
    const ask = await filled(shop(10))
    const { routes, timeline } = await get(ask, `/api/overview?${RANGE}`)
    expect(routes[0].requestsOverTime).toEqual(timeline.map(({ requests }: Answer) => requests))
    expect(routes[0].requestsOverTime.reduce((sum: number, each: number) => sum + each)).toBe(10)
  })

  describe('metrics', () => {
    const bounds = { explicitBounds: [0.1, 1], sum: 1 }
    const histogram = (route: string, region: string, counts: [number, number, number]) =>
      point(
        0,
        5000,
        {
          ...bounds,
          bucketCounts: counts.map(String),
          count: String(counts[0] + counts[1] + counts[2]),
        },
        { 'http.route': route, 'cloud.region': region },
      )
    const open2 = async (): Promise<{ ask: Ask; id: (name: string) => number }> => {
      const ask = await open()
      const sum = (name: string, values: [route: string, value: number][]): Json => ({
        name,
        unit: '{request}',
        sum: {
          isMonotonic: true,
          aggregationTemporality: 1,
          dataPoints: values.map(([route, value]) =>
            point(0, 5000, { asInt: String(value) }, { 'http.route': route }),
          ),
        },
      })
      await send(
        ask,
        'metrics',
        metrics([
          {
            name: 'http.server.request.duration',
            unit: 's',
            histogram: {
              aggregationTemporality: 1,
              dataPoints: [
                histogram('/fast', 'eu', [100, 0, 0]),
                histogram('/slow', 'eu', [0, 100, 0]),
                histogram('/slow', 'us', [0, 100, 0]),
              ],
            },
          },
          sum('requests', [
            ['/fast', 100],
            ['/slow', 200],
          ]),
          sum('failures', [['/slow', 50]]),
          {
            name: 'memory.usage',
            unit: 'By',
            gauge: { dataPoints: [point(0, 5000, { asInt: '7' })] },
          },
          { name: 'load', unit: '1', gauge: { dataPoints: [point(0, 5000, { asDouble: 0.5 })] } },
        ]),
      )
      const { metrics: listed } = await get(ask, '/api/metrics')
      return { ask, id: (name) => listed.find((each: Answer) => each.name === name).id }
    }
    const range = `${RANGE}&stepS=5`

    it('shows the quantiles of a histogram by any attribute side by side', async () => {
      const { ask, id } = await open2()
      const url = `/api/metrics/${id('http.server.request.duration')}?${range}`
      const { series } = await get(ask, `${url}&by=http.route`)
      const byRoute = Object.fromEntries(
        series.map(({ attributes, quantiles }: Answer) => [attributes['http.route'], quantiles]),
      )
      expect(byRoute['/fast']).toMatchObject({ p50: 0.05, p95: 0.095, p99: 0.099 })
      expect(byRoute['/slow']).toMatchObject({ p50: 0.55, p95: 0.955 })
      expect(byRoute['/slow'].overTime.filter(({ p50 }: Answer) => p50 !== null)).toEqual([
        { p50: 0.55, p90: 0.91, p95: 0.955, p99: 0.991 },
      ])
      expect(
        (await get(ask, `/api/metrics/${id('requests')}?${range}`)).series[0].quantiles,
      ).toBeNull()
    })

    it('divides one series by another', async () => {
      const { ask, id } = await open2()
      const url = `/api/metrics/${id('failures')}/ratio?over=${id('requests')}&${range}`
      const whole = await get(ask, url)
      expect(whole.series).toMatchObject([{ attributes: {}, total: 50 / 300 }])
      expect(whole.series[0].points.filter(([, value]: Answer) => value !== null)).toHaveLength(1)
      const byRoute = await get(ask, `${url}&by=http.route`)
      expect(byRoute.series).toMatchObject([{ attributes: { 'http.route': '/slow' }, total: 0.25 }])
      expect(byRoute.promql).toBe(
        'sum by (http_route) (rate(failures_total[60s])) / sum by (http_route) (rate(requests_total[60s]))',
      )
      const own = await get(
        ask,
        `/api/metrics/${id('requests')}/ratio?${range}&q=${q('http.route=/slow')}`,
      )
      expect(own.series[0].total).toBe(200 / 300)
      expect((await ask('/api/metrics/999/ratio')).status).toBe(404)
    })

    it.each([
      ['http.route=/slow', ['failures', 'http.server.request.duration', 'requests']],
      ['type=gauge and not unit=1', ['memory.usage']],
      ['dura', ['http.server.request.duration']],
      ['cloud.region exists', ['http.server.request.duration']],
      ['service=shop name~fail', ['failures']],
      ['cloud.region!=eu', ['http.server.request.duration']],
      ['nothing', []],
    ])('finds the instruments with %s', async (query, expected) => {
      const { ask } = await open2()
      const { metrics: found } = await get(ask, `/api/metrics?q=${q(query)}`)
      expect(found.map(({ name }: Answer) => name)).toEqual(expected)
    })

    it('shows the series that a query is true of, and offers keys and values', async () => {
      const { ask, id } = await open2()
      const url = `/api/metrics/${id('http.server.request.duration')}?${range}&q=`
      const { series } = await get(ask, url + q('not cloud.region=eu or http.route=/fast'))
      expect(series).toHaveLength(2)
      const { keys } = await get(ask, '/api/keys?signal=metrics')
      expect(keys).toContainEqual({ key: 'cloud.region', values: ['us', 'eu'] })
      expect(keys).toContainEqual({ key: 'temporality', values: ['delta', 'cumulative'] })
    })

    it.each([
      ['requests', '', ['sum by (http_route) (rate(requests_total[60s]))']],
      ['requests', 'by=&stepS=300', ['sum(rate(requests_total[300s]))']],
      ['memory.usage', 'service=shop', ['avg(memory_usage_bytes{job="shop"})']],
      ['load', '', ['avg(load_ratio)']],
      [
        'http.server.request.duration',
        `by=http.route,service.name&q=${q('http.route!="a\\"b" cloud.region~"e*u+" service=shop')}`,
        [
          'sum by (http_route, job) (rate(http_server_request_duration_seconds_count{http_route!="a\\"b",http_route!="",cloud_region=~"(?i).*e.*u\\\\+.*",job="shop"}[60s]))',
          ...['0.5', '0.9', '0.95', '0.99'].map(
            (quantile) =>
              `histogram_quantile(${quantile}, sum by (le, http_route, job) (rate(http_server_request_duration_seconds_bucket{http_route!="a\\"b",http_route!="",cloud_region=~"(?i).*e.*u\\\\+.*",job="shop"}[60s])))`,
          ),
        ],
      ],
      ['requests', `q=${q('http.route=/slow or http.route=/fast')}`, []],
      ['requests', `q=${q('words')}`, []],
      ['requests', `q=${q('service.version=1')}`, []],
    ])('says what %s?%s is in PromQL', async (name, query, expected) => {
      const { ask, id } = await open2()
      const { promql } = await get(ask, `/api/metrics/${id(name)}?${RANGE}&${query}`)
      expect(promql.map((each: Answer) => each.query)).toEqual(expected)
      for (const each of promql) expect(each.query).toSatisfy(isPromQl)
    })

    it('says valid PromQL of whatever names and values are sent', async () => {
      const ask = await open()
      const names = ['1st', 'größe', '', '"}', 'a b', '__x', '日本', '\\', "a'b", '\ud83d', 'le']
      const all = names.map((name) => ({
        name: `m${name}`,
        unit: name,
        exponentialHistogram: {
          aggregationTemporality: 2,
          dataPoints: [
            point(
              0,
              5000,
              { count: '1', scale: 0, positive: { offset: 0, bucketCounts: ['1'] } },
              { [name || 'k']: name },
            ),
          ],
        },
      }))
      await ask('/v1/metrics', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(metrics(all)),
      })
      const { metrics: listed } = await get(ask, '/api/metrics')
      expect(listed).toHaveLength(names.length)
      for (const { id, attributes } of listed) {
        const [{ key, examples }] = attributes
        const filter = `attribute=${q(`${key}=${examples[0]}`)}`
        const { promql } = await get(ask, `/api/metrics/${id}?${RANGE}&${filter}`)
        expect(promql).toHaveLength(5)
        for (const { query } of promql) expect(query).toSatisfy(isPromQl)
      }
    })
  })

  it('groups at most 200 kinds of errors in an answer, and counts the rest', async () => {
    const ask = await open()
    const failed = Array.from({ length: 260 }, (_, at) => {
      const word = [...String(at)].map((digit) => String.fromCharCode(97 + Number(digit))).join('')
      return {
        ...span({ trace: at + 1, span: 1 }),
        status: { code: 2, message: `failed ${word}` },
        attributes: [{ key: 'error.type', value: { stringValue: 'T'.repeat(30_000) } }],
      }
    })
    await send(ask, 'traces', spans(failed))
    const response = await ask('/api/errors')
    const text = await response.text()
    const { errors, groups } = JSON.parse(text)
    expect([errors.length, groups]).toEqual([200, 260])
    expect(text.length).toBeLessThan(200_000)
  })
}
