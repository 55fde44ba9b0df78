import { metrics, trace } from '@opentelemetry/api'
import { Hono } from 'hono'
import { stream } from 'hono/streaming'
import {
  collectMetrics,
  counter,
  instrument,
  log,
  type ObservabilityOptions,
  observability,
  withSpan,
} from 'hono-observability'
import { prometheusRoute } from 'hono-observability/prometheus'
import { captured } from 'hono-observability/testing'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'

const orders = counter('shop.orders', {
  unit: '{order}',
  description: 'Orders placed.',
  attributes: { id: 'string' },
})
const viaApi = metrics.getMeter('lib').createCounter('lib.calls')

const posts = vi.fn(async () => new Response())
const lines = vi.fn()

beforeEach(() => {
  vi.stubGlobal('fetch', posts)
  vi.spyOn(console, 'info').mockImplementation(lines)
})
afterEach(() => {
  expect(posts).not.toHaveBeenCalled()
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
  vi.unstubAllEnvs()
  lines.mockClear()
})

const shop = (options: ObservabilityOptions = {}) => {
  const app = new Hono<{ Bindings: { PRICE: number } }>()
  app.use(observability(Object.assign(options, { service: { name: 'shop' } })))
  app.get('/orders/:id', async (c) => {
    const id = c.req.param('id')
    orders.add(1, { id })
    viaApi.add(2)
    log.info('order read', { 'order.id': id, password: 'hunter2' })
    return c.json(await withSpan('price', () => ({ id, price: c.env?.PRICE ?? 1 })))
  })
  app.get('/fails', () => {
    throw new RangeError('out of stock')
  })
  app.get('/stream', (c) =>
    stream(c, async (out) => {
      await out.write('a')
      await out.sleep(20)
      await withSpan('rest', () => out.write('b'))
    }),
  )
  app.get('/late', (c) => {
    c.executionCtx.waitUntil(
      (async () => {
        await new Promise((resolve) => setTimeout(resolve, 20))
        await withSpan('mail', async () => log.info('mailed'))
      })(),
    )
    return c.text('ok')
  })
  app.get('/leaves', (c) => {
    setTimeout(() => withSpan('left behind', () => log.info('left behind')), 30)
    return c.text('ok')
  })
  app.get('/endless', (c) => {
    void withSpan('never', () => new Promise(() => {}))
    return c.text('ok')
  })
  return app
}

it('a request of an app is returned with its spans, points and lines', async () => {
  const { response, spans, metrics, logs, unfinished } = await captured(
    shop(),
    '/orders/7?token=x',
    {
      env: { PRICE: 42 },
    },
  )
  expect(await response.json()).toEqual({ id: '7', price: 42 })
  expect(spans).toMatchObject([
    {
      name: 'GET /orders/:id',
      kind: 'server',
      status: 'unset',
      attributes: { 'http.route': '/orders/:id', 'http.response.status_code': 200 },
      scope: 'hono-observability',
    },
    { name: 'price', kind: 'internal', parent: 'GET /orders/:id', parentSpanId: spans[0]?.spanId },
  ])
  expect(spans[0]).not.toHaveProperty('parentSpanId')
  expect(metrics.find(({ name }) => name === 'shop.orders')).toEqual({
    name: 'shop.orders',
    type: 'sum',
    unit: '{order}',
    attributes: { id: '7' },
    value: 1,
  })
  expect(metrics.find(({ name }) => name === 'lib.calls')?.value).toBe(2)
  expect(metrics.find(({ name }) => name === 'http.server.request.duration')).toMatchObject({
    type: 'histogram',
    count: 1,
    attributes: { 'http.route': '/orders/:id' },
  })
  expect(metrics.filter(({ name }) => name.startsWith('otel.sdk.'))).toEqual([])
  const ids = { trace_id: spans[0]?.traceId, span_id: spans[0]?.spanId }
  expect(logs).toMatchObject([
    { message: 'order read', level: 'info', logger: 'app', 'order.id': '7', ...ids },
    { message: 'GET /orders/:id 200', ...ids, 'service.name': 'shop' },
  ])
  expect(JSON.stringify(logs)).not.toContain('hunter2')
  expect(unfinished).toEqual([])
  expect(JSON.parse(JSON.stringify({ spans, metrics, logs }))).toEqual({ spans, metrics, logs })
  expect(lines).not.toHaveBeenCalled()
})

it('one capture has nothing of those before it', async () => {
  const app = shop()
  for (const id of ['1', '2', '3']) {
    const { spans, metrics, logs } = await captured(app, `/orders/${id}`)
    expect(spans).toHaveLength(2)
    expect(metrics.filter(({ name }) => name === 'shop.orders')).toMatchObject([
      { attributes: { id }, value: 1 },
    ])
    expect(logs.map((line) => line['order.id'])).toEqual([id, undefined])
  }
})

it('captures that begin at once run one after another', async () => {
  const app = shop()
  const results = await Promise.all(
    Array.from({ length: 10 }, (_, id) => captured(app, `/orders/${id}`)),
  )
  results.forEach(({ spans, metrics, logs }, id) => {
    expect(spans.map(({ attributes }) => attributes['url.path'])).toEqual([
      `/orders/${id}`,
      undefined,
    ])
    expect(metrics.filter(({ name }) => name === 'shop.orders')).toMatchObject([
      { attributes: { id: String(id) }, value: 1 },
    ])
    expect(new Set(logs.map(({ trace_id }) => trace_id))).toEqual(new Set([spans[0]?.traceId]))
  })
})

it('what an earlier capture has left running is not in a later one', async () => {
  const app = shop()
  await captured(app, '/leaves')
  const { spans, logs } = await captured(app, '/stream')
  await new Promise((resolve) => setTimeout(resolve, 50))
  expect(spans.map(({ name }) => name)).toEqual(['GET /stream', 'rest'])
  expect(logs).toHaveLength(1)
})

it('an error is its exception, and the status of its span', async () => {
  vi.spyOn(console, 'error').mockImplementation(() => {})
  const { response, spans, logs } = await captured(shop(), '/fails')
  expect(response.status).toBe(500)
  expect(spans).toMatchObject([
    {
      status: 'error',
      attributes: { 'error.type': 'RangeError' },
      events: [{ name: 'exception', attributes: { 'exception.message': 'out of stock' } }],
    },
  ])
  expect(logs).toMatchObject([{ level: 'error', message: 'GET /fails 500' }])
})

it('a stream is waited for, and can still be read', async () => {
  const { response, spans } = await captured(shop(), '/stream')
  expect(spans.map(({ name }) => name)).toEqual(['GET /stream', 'rest'])
  expect(await response.text()).toBe('ab')
})

it('what waitUntil is given is waited for, and given to the context of the test as well', async () => {
  const given: Promise<unknown>[] = []
  const executionCtx = {
    waitUntil: (promise: Promise<unknown>) => given.push(promise),
    passThroughOnException() {},
    props: {},
  }
  const { spans, logs } = await captured(shop(), '/late', { executionCtx })
  expect(spans.map(({ name }) => name)).toEqual(['GET /late', 'mail'])
  expect(logs.map(({ message }) => message)).toEqual(['GET /late 200', 'mailed'])
  expect(given).toHaveLength(1)
})

it('what does not end is named when the time is up', async () => {
  const { spans, unfinished } = await captured(shop(), '/endless', { timeoutMs: 50 })
  expect(spans.map(({ name }) => name)).toEqual(['GET /endless'])
  expect(unfinished).toEqual(['never'])
})

it('samplers, tails and the environment leave nothing out, and turn nothing off', async () => {
  vi.stubEnv('OTEL_SDK_DISABLED', 'true')
  vi.stubEnv('OTEL_TRACES_EXPORTER', 'none')
  vi.stubEnv('OTEL_METRICS_EXPORTER', 'none')
  const app = shop({
    traces: { ratio: 0, tail: { slowMs: 1e6 } },
    logs: { accessRatio: 0 },
    metrics: { temporality: 'aggregator' },
    disabled: true,
  })
  const { spans, metrics, logs } = await captured(app, '/orders/7')
  expect(spans).toHaveLength(2)
  expect(metrics.map(({ name }) => name)).toContain('http.server.request.duration')
  expect(logs).toHaveLength(2)
})

it('what options turn off is not there', async () => {
  const app = shop({ traces: false, metrics: false, logs: false })
  app.get('/plain', (c) => c.text('ok'))
  expect(await captured(app, '/plain')).toMatchObject({ spans: [], logs: [] })
})

it('an app that was asked before it is captured is captured all the same', async () => {
  const app = shop({ otlp: { fetch: async () => new Response() } })
  await app.request('/orders/1')
  const { spans, metrics } = await captured(app, '/orders/2')
  expect(spans).toHaveLength(2)
  expect(metrics.filter(({ name }) => name === 'shop.orders')).toMatchObject([
    { attributes: { id: '2' }, value: 1 },
  ])
  lines.mockClear()
  await app.request('/orders/3')
  expect(lines).toHaveBeenCalledTimes(2)
})

it('what /metrics shows stays the total of all requests', async () => {
  const options = { service: { name: 'shop' } }
  const app = shop(options)
  app.route('/', prometheusRoute({ from: () => collectMetrics(options), public: true }))
  await captured(app, '/orders/1')
  await captured(app, '/orders/1')
  const { response, spans, unfinished } = await captured(app, '/metrics')
  expect([spans, unfinished]).toEqual([[], []])
  expect(await response.text()).toMatch(
    /http_server_request_duration_seconds_count\{[^}]*\/orders\/:id[^}]*\} 2\b/,
  )
})

it('work that is no request is captured with its result', async () => {
  const worker = instrument({
    async scheduled(_: { cron: string }) {
      await withSpan('close day', async () => log.warn('closed'))
      return 7
    },
  })
  const { result, spans, logs } = await captured(() => worker.scheduled({ cron: '0 0 * * *' }))
  expect(result).toBe(7)
  expect(spans).toMatchObject([
    { attributes: { 'faas.cron': '0 0 * * *' } },
    { name: 'close day', parent: spans[0]?.name },
  ])
  expect(logs).toMatchObject([{ level: 'warn', message: 'closed', trace_id: spans[0]?.traceId }])
})

it('a function is captured that records without a request', async () => {
  const { result, spans, metrics } = await captured(() => {
    orders.add(3, { id: '1' })
    return trace.getTracer('lib').startActiveSpan('outside', (span) => {
      span.end()
      return 'done'
    })
  })
  expect(result).toBe('done')
  expect(spans).toMatchObject([{ name: 'outside', scope: 'lib' }])
  expect(metrics.find(({ name }) => name === 'shop.orders')?.value).toBe(3)
})

it('what the app throws is passed on, and the next capture is its own', async () => {
  const broken = instrument((): Response => {
    throw new TypeError('broken')
  })
  await expect(captured(broken, '/')).rejects.toThrow('broken')
  expect((await captured(shop(), '/orders/7')).spans).toHaveLength(2)
})

it('fake timers do not stop it', async () => {
  vi.useFakeTimers()
  try {
    expect((await captured(shop(), '/orders/7')).spans).toHaveLength(2)
  } finally {
    vi.useRealTimers()
  }
})

it('a capture within a capture is refused', async () => {
  const app = shop()
  app.get('/nested', async (c) => {
    await captured(app, '/orders/7')
    return c.text('ok')
  })
  vi.spyOn(console, 'error').mockImplementation(() => {})
  const { spans } = await captured(app, '/nested')
  expect(JSON.stringify(spans)).toContain('must not be called within another capture')
})
