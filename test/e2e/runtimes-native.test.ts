import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Sink, startSink } from '../support/otlp-sink.ts'
import { type RunningServer, startServer } from './runtimes/start-server.ts'
import { close, exchange, text } from './sockets/raw-client.ts'

const SOCKETS = new URL('sockets/server.ts', import.meta.url).pathname

const SERVER = 2
const CLIENT = 3
const CALLER = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331' }

interface KeyValue {
  key: string
  value: Record<string, unknown>
}

/** As Deno writes it: not quite OTLP's JSON, so that the strict decoder has no part in it. */
interface NativeSpan {
  scope: string
  kind: number
  name: string
  traceId: string
  spanId: string
  parentSpanId: string
  status: { code: number }
  attributes: KeyValue[]
  events: { name: string }[]
}

interface NativePoint {
  count?: string | number
  attributes: KeyValue[]
}

let sink: Sink
let server: RunningServer | undefined

beforeEach(async () => {
  sink = await startSink()
})
afterEach(async () => {
  server?.kill('SIGKILL')
  await server?.ended
  await sink.close()
})

const start = async (env: Record<string, string> = {}, entry?: string): Promise<RunningServer> => {
  server = await startServer(
    'deno',
    {
      OTEL_DENO: 'true',
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
      OTEL_EXPORTER_OTLP_ENDPOINT: sink.url,
      OTEL_METRIC_EXPORT_INTERVAL: '300',
      OTEL_BSP_SCHEDULE_DELAY: '100',
      TARGET_URL: `${sink.url}/ping`,
      ENDING: 'own listener',
      ...env,
    },
    entry,
  )
  return server
}

/** Ends the process, which makes Deno export what is left. */
const end = async (): Promise<void> => {
  server?.kill('SIGTERM')
  expect(await server?.ended).toEqual([7, null])
}

const get = async (path: string): Promise<Response> => {
  const response = await fetch(`${server?.url}${path}`, {
    headers: { traceparent: `00-${CALLER.traceId}-${CALLER.spanId}-01` },
  })
  await response.text()
  return response
}

interface NativeBody {
  resourceSpans: { scopeSpans: { scope: { name: string }; spans: NativeSpan[] }[] }[]
  resourceMetrics: {
    scopeMetrics: {
      scope: { name: string }
      metrics: { name: string; histogram?: { dataPoints: NativePoint[] } }[]
    }[]
  }[]
}

const bodies = (signal: string): NativeBody[] =>
  sink.requests
    .filter((request) => request.signal === signal)
    .map(({ text }) => JSON.parse(text) as NativeBody)

const spans = (): NativeSpan[] =>
  bodies('traces')
    .flatMap(({ resourceSpans }) => resourceSpans.flatMap(({ scopeSpans }) => scopeSpans))
    .flatMap(({ scope, spans }) => spans.map((span) => ({ ...span, scope: scope.name })))

/** Keys that occur more than once would be lost in an object. */
const keysOf = ({ attributes }: NativeSpan): string[] => attributes.map(({ key }) => key)

const attributeOf = ({ attributes }: { attributes: KeyValue[] }, name: string): unknown => {
  const value = attributes.find(({ key }) => key === name)?.value
  return value && Object.values(value)[0]
}

/** The last total of each series of this metric, whoever sent it, and how many streams of it there are. */
const counted = (wanted: string): { total: number; routes: unknown[]; scopes: string[] } => {
  const totals = new Map<string, [count: number, route: unknown]>()
  const scopes = new Set<string>()
  const collected = bodies('metrics').flatMap(({ resourceMetrics }) =>
    resourceMetrics.flatMap(({ scopeMetrics }) => scopeMetrics),
  )
  for (const { scope, metrics } of collected) {
    for (const { histogram } of metrics.filter(({ name }) => name === wanted)) {
      scopes.add(scope.name)
      for (const point of histogram?.dataPoints ?? []) {
        const attributes = point.attributes.toSorted((a, b) => (a.key < b.key ? -1 : 1))
        const route = attributeOf(point, 'http.route')
        totals.set(JSON.stringify([scope.name, attributes]), [Number(point.count), route])
      }
    }
  }
  return {
    total: [...totals.values()].reduce((sum, [count]) => sum + count, 0),
    routes: [...totals.values()].map(([, route]) => route),
    scopes: [...scopes],
  }
}

describe('with OTEL_DENO=true', () => {
  it('each request has one server span, Deno’s, with the route, the outcome and the request id', async () => {
    await start()
    const ids = new Map<string, string | null>()
    for (const path of ['/orders/7?token=secret', '/fails', '/denied', '/nowhere']) {
      const { status, headers } = await get(path)
      ids.set(`${status}`, headers.get('x-request-id'))
    }
    await end()
    const servers = spans().filter(({ kind }) => kind === SERVER)
    expect(servers.map(({ name }) => name)).toEqual([
      'GET /orders/:id',
      'GET /fails',
      'GET /denied',
      'GET',
    ])
    for (const span of servers) {
      expect(span).toMatchObject({
        scope: 'deno',
        traceId: CALLER.traceId,
        parentSpanId: CALLER.spanId,
      })
      const keys = keysOf(span)
      expect(keys.toSorted()).toEqual([...new Set(keys)].toSorted())
      const status = String(attributeOf(span, 'http.response.status_code'))
      expect(attributeOf(span, 'http.response.header.x-request-id')).toEqual({
        values: [{ stringValue: ids.get(status) }],
      })
    }
    expect(servers.map((span) => attributeOf(span, 'http.route'))).toEqual([
      '/orders/:id',
      '/fails',
      '/denied',
      undefined,
    ])
    expect(servers.map(({ status }) => status.code)).toEqual([0, 2, 0, 0])
    expect(servers.map(({ events }) => events.map(({ name }) => name))).toEqual([
      [],
      ['exception'],
      [],
      [],
    ])
  })

  it('the app’s own spans leave through Deno, inside its server span', async () => {
    await start()
    await get('/orders/7')
    await end()
    const [server] = spans().filter(({ kind }) => kind === SERVER)
    const prices = spans().filter(({ name }) => name === 'price')
    expect(prices).toHaveLength(1)
    expect(prices[0]).toMatchObject({ traceId: CALLER.traceId, parentSpanId: server?.spanId })
    expect(attributeOf(prices[0] as NativeSpan, 'order.id')).toBe('7')
  })

  it('an outgoing request has one client span, and one trace context', async () => {
    await start()
    await get('/upstream')
    await end()
    const [server] = spans().filter(({ kind }) => kind === SERVER)
    const clients = spans().filter(({ kind }) => kind === CLIENT)
    expect(clients).toHaveLength(1)
    expect(clients[0]).toMatchObject({ traceId: CALLER.traceId, parentSpanId: server?.spanId })
    const [ping] = sink.requests.filter(({ path }) => path === '/ping')
    expect(ping?.headers.traceparent).toBe(`00-${CALLER.traceId}-${clients[0]?.spanId}-01`)
  })

  it('requests are counted once, by Deno, with their routes', async () => {
    await start()
    for (let i = 0; i < 20; i++) await get(`/orders/${i}`)
    await sink.waitFor(() => counted('http.server.request.duration').total >= 20)
    await end()
    expect(counted('http.server.request.duration')).toEqual({
      total: 20,
      routes: ['/orders/:id'],
      scopes: ['deno'],
    })
  })

  it('what we count of WebSockets leaves through Deno, and nothing is said of a fault', async () => {
    const { url, stderr } = await start({}, SOCKETS)
    await exchange(url, '/observed/chat/a', [text('hello'), text('span'), close(1000)])
    // A client that hangs up.
    await exchange(url, '/observed/chat/a', [text('hello')])
    const names = () => [
      ...new Set(
        bodies('metrics')
          .flatMap(({ resourceMetrics }) => resourceMetrics)
          .flatMap(({ scopeMetrics }) => scopeMetrics)
          .flatMap(({ metrics }) => metrics.map(({ name }) => name))
          .filter((name) => name.startsWith('hono.')),
      ),
    ]
    await sink.waitFor(() => names().includes('hono.websocket.connection.duration'))
    expect(names().toSorted()).toEqual([
      'hono.websocket.connection.duration',
      'hono.websocket.connections',
      'hono.websocket.io',
      'hono.websocket.messages',
    ])
    expect(stderr()).not.toContain('internal fault')
    await sink.waitFor(() => spans().some(({ name }) => name === 'work of a message'))
    const [work] = spans().filter(({ name }) => name === 'work of a message')
    const [upgrade] = spans().filter(({ kind }) => kind === SERVER)
    // Never below a connection, which may last.
    expect(work?.traceId).toMatch(/^[0-9a-f]{32}$/)
    expect(work?.traceId).not.toBe(upgrade?.traceId)
  })

  it('log lines carry the trace of Deno’s span', async () => {
    const { stdout } = await start()
    await get('/orders/7')
    await end()
    const [server] = spans().filter(({ kind }) => kind === SERVER)
    const access = stdout()
      .split('\n')
      .filter((line) => line.includes('"logger":"access"'))
    expect(access).toHaveLength(1)
    expect(JSON.parse(access[0] ?? '')).toMatchObject({
      trace_id: CALLER.traceId,
      span_id: server?.spanId,
    })
  })

  it('with Deno’s metrics off, requests are counted once, by us', async () => {
    await start({ OTEL_DENO_METRICS: 'false' })
    for (let i = 0; i < 20; i++) await get(`/orders/${i}`)
    await sink.waitFor(() => counted('http.server.request.duration').total >= 20)
    await end()
    expect(counted('http.server.request.duration')).toEqual({
      total: 20,
      routes: ['/orders/:id'],
      scopes: ['hono-observability'],
    })
    expect(spans().filter(({ kind }) => kind === SERVER)).toHaveLength(20)
  })

  it('with Deno’s tracing off, the server span is ours', async () => {
    await start({ OTEL_DENO_TRACING: 'false' })
    await get('/orders/7')
    await end()
    const servers = spans().filter(({ kind }) => kind === SERVER)
    expect(servers).toMatchObject([
      { scope: 'hono-observability', name: 'GET /orders/:id', parentSpanId: CALLER.spanId },
    ])
    expect(counted('http.server.request.duration').scopes).toEqual(['deno'])
  })
})
