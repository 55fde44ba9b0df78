import { metrics } from '@opentelemetry/api'
import { Hono } from 'hono'
import { HTTPException } from 'hono/http-exception'
import { exporterState, observability, restoreGlobalFetch } from 'hono-observability'
import { healthRoutes } from 'hono-observability/health'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { Capture, send } from './support.ts'

const DURATION = 'http.server.request.duration'

afterEach(() => {
  restoreGlobalFetch()
  vi.restoreAllMocks()
})

const setUp = (options: Parameters<Capture['options']>[0] = {}) => {
  const capture = new Capture()
  const all = capture.options(options)
  const app = new Hono()
  app.use(observability(all))
  app.route('/', healthRoutes())
  app.get('/orders/:id', (c) => c.json({ id: c.req.param('id') }))
  app.get('/denied', () => {
    throw new HTTPException(403)
  })
  app.get('/boom', () => {
    throw new RangeError('x')
  })
  return { app, capture, options: all }
}

describe('http.server.request.duration', () => {
  it('counts each request once, under route, method and status', async () => {
    vi.spyOn(console, 'error').mockImplementation(() => {})
    const { app, capture } = setUp()
    for (let i = 0; i < 5; i++) {
      await send(app, `/orders/${i}`)
    }
    await send(app, '/denied')
    await send(app, '/boom')
    await send(app, '/nothing')
    await send(app, '/orders/1', { method: 'PURGE' })
    const counts = new Map<string, number>()
    for (const { attributes, count } of capture.points(DURATION)) {
      const key = [
        'http.request.method',
        'url.scheme',
        'http.response.status_code',
        'http.route',
        'error.type',
      ]
        .map((name) => attributes[name])
        .join(' ')
      counts.set(key, (counts.get(key) ?? 0) + count)
    }
    const key = (...values: unknown[]) => values.join(' ')
    expect(Object.fromEntries(counts)).toEqual({
      [key('GET', 'http', 200, '/orders/:id', undefined)]: 5,
      [key('GET', 'http', 403, '/denied', undefined)]: 1,
      [key('GET', 'http', 500, '/boom', 'RangeError')]: 1,
      [key('GET', 'http', 404, undefined, undefined)]: 1,
      [key('_OTHER', 'http', 404, undefined, undefined)]: 1,
    })
  })

  it('equals the span, and points at it', async () => {
    const { app, capture } = setUp()
    app.get('/waits', async (c) => {
      await scheduler.wait(30)
      return c.text('ok')
    })
    await send(app, '/waits')
    const [point] = capture.points(DURATION)
    const { durationMs, spanId, traceId } = capture.serverSpan
    expect(durationMs).toBeGreaterThanOrEqual(20)
    expect(point?.sum).toBeCloseTo(durationMs / 1000, 6)
    expect(point?.exemplars).toMatchObject([{ traceId, spanId }])
  })

  it('does not depend on sampling, or on traces at all', async () => {
    for (const traces of [{ sampler: 'always_off' as const }, false as const]) {
      const { app, capture } = setUp({ traces })
      await send(app, '/orders/1')
      expect(capture.bodies).toEqual([])
      expect(capture.points(DURATION)).toMatchObject([{ count: 1 }])
    }
  })

  it('leaves out probes, and makes no series of unknown paths', async () => {
    const { app, capture } = setUp()
    await send(app, '/livez')
    expect(capture.metricBodies).toEqual([])
    for (let i = 0; i < 50; i++) {
      await send(app, `/scan/${i}.php`)
    }
    const keys = new Set(
      capture.points(DURATION).map(({ attributes }) => JSON.stringify(attributes)),
    )
    expect(keys.size).toBe(1)
  })

  it('ends with a stream', async () => {
    const { app, capture } = setUp()
    app.get('/slow', (c) =>
      c.body(
        new ReadableStream({
          async start(controller) {
            await scheduler.wait(120)
            controller.enqueue(new TextEncoder().encode('x'))
            controller.close()
          },
        }),
      ),
    )
    await send(app, '/slow')
    expect(capture.points(DURATION)[0]?.sum).toBeGreaterThanOrEqual(0.1)
  })
})

describe('delta temporality', () => {
  it('adds up to the number of requests, whatever the batches', async () => {
    const { app, capture } = setUp({ otlp: { batch: { maxLingerMs: 30 } } })
    await Promise.all(Array.from({ length: 200 }, (_, i) => send(app, `/orders/${i}`)))
    expect(capture.points(DURATION).reduce((sum, { count }) => sum + count, 0)).toBe(200)
    expect(capture.metricBodies.length).toBeLessThan(50)
  })

  it('is never sent again when it may have arrived, and what is given up is counted', async () => {
    const capture = new Capture()
    let attempts = 0
    const options = {
      ...capture.options(),
      traces: false as const,
      otlp: {
        batch: { maxLingerMs: 0 },
        fetch: async () => {
          attempts++
          throw new TypeError('connection lost after sending')
        },
      },
    }
    const app = new Hono()
    app.use(observability(options))
    app.get('/', (c) => c.text('ok'))
    vi.spyOn(console, 'warn').mockImplementation(() => {})
    await send(app, '/')
    expect(attempts).toBe(1)
    const state = exporterState(options)?.signals.metrics
    expect(state?.dropped.network).toBe(state?.recorded)
    expect(state?.queued).toBe(0)
  })

  it('is sent again when it surely did not arrive', async () => {
    const { app, capture, options } = setUp({ traces: false })
    const { fetch } = options.otlp as {
      fetch: (url: string, init: RequestInit) => Promise<Response>
    }
    let attempts = 0
    ;(options.otlp as { fetch: unknown }).fetch = async (url: string, init: RequestInit) =>
      ++attempts === 1 ? new Response(null, { status: 503 }) : fetch(url, init)
    await send(app, '/orders/1')
    expect(attempts).toBe(2)
    expect(capture.points(DURATION)).toMatchObject([{ count: 1 }])
  })
})

describe('while the receiver is away', () => {
  it('metrics stay in the instruments: one collection is held, the rest comes in one more', async () => {
    const { app, capture, options } = setUp({ traces: false })
    const { fetch } = options.otlp as {
      fetch: (url: string, init: RequestInit) => Promise<Response>
    }
    let away = true
    ;(options.otlp as { fetch: unknown }).fetch = async (url: string, init: RequestInit) =>
      away
        ? new Response(null, { status: 503, headers: { 'retry-after': '30' } })
        : fetch(url, init)
    vi.spyOn(console, 'warn').mockImplementation(() => {})
    for (let i = 0; i < 10; i++) {
      await send(app, `/orders/${i}`)
    }
    expect(exporterState(options)?.signals.metrics?.requests).toBe(1)
    away = false
    vi.spyOn(Date, 'now').mockReturnValue(Date.now() + 31_000)
    await send(app, '/orders/10')
    vi.restoreAllMocks()
    expect(capture.metricBodies.length).toBeLessThanOrEqual(2)
    expect(capture.points(DURATION).reduce((sum, { count }) => sum + count, 0)).toBe(11)
  })
})

describe('self-metrics', () => {
  it('say what was started, exported and dropped, along with the next metrics', async () => {
    const { app, capture, options } = setUp()
    const { fetch } = options.otlp as {
      fetch: (url: string, init: RequestInit) => Promise<Response>
    }
    ;(options.otlp as { fetch: unknown }).fetch = async (url: string, init: RequestInit) =>
      url.endsWith('/v1/traces') && capture.metricBodies.length === 0
        ? new Response(null, { status: 400 })
        : fetch(url, init)
    vi.spyOn(console, 'warn').mockImplementation(() => {})
    await send(app, '/orders/1')
    await send(app, '/orders/2')
    await send(app, '/orders/3')
    const total = (name: string, match: object = {}) =>
      capture
        .points(name)
        .filter(({ attributes }) =>
          Object.entries(match).every(([key, value]) => attributes[key] === value),
        )
        .reduce((sum, { value }) => sum + value, 0)
    expect(total('otel.sdk.span.started')).toBe(3)
    expect(total('otel.sdk.exporter.span.exported', { 'error.type': 'http_400' })).toBe(1)
    const { recorded, exported } = exporterState(options)?.signals.traces ?? {}
    expect([recorded, exported]).toEqual([3, 2])
    expect(capture.points('otel.sdk.exporter.operation.duration').length).toBeGreaterThan(0)
    // What has not changed is not sent.
    expect(capture.points('otel.sdk.span.started').every(({ value }) => value > 0)).toBe(true)
    expect(capture.points('otel.sdk.exporter.span.exported').every(({ value }) => value > 0)).toBe(
      true,
    )
  })

  it('do not make exports of their own', async () => {
    const { app, capture } = setUp()
    await send(app, '/orders/1')
    expect(capture.metricBodies).toHaveLength(1)
  })
})

describe('other metrics', () => {
  it('active requests and body sizes are opt-in', async () => {
    const plain = setUp()
    await send(plain.app, '/orders/1')
    expect(plain.capture.points('http.server.active_requests')).toEqual([])
    const { app, capture } = setUp({ metrics: { activeRequests: true, bodySizes: true } })
    app.post('/echo', async (c) => c.text(await c.req.text(), 200, { 'content-length': '5' }))
    await send(app, '/echo', { method: 'POST', body: 'hello', headers: { 'content-length': '5' } })
    expect(capture.points('http.server.active_requests').at(-1)).toMatchObject({ value: 0 })
    expect(capture.points('http.server.request.body.size')).toMatchObject([{ sum: 5, count: 1 }])
    expect(capture.points('http.server.response.body.size')).toMatchObject([{ sum: 5, count: 1 }])
  })

  it('outgoing requests are measured when fetch is instrumented', async () => {
    vi.spyOn(globalThis, 'fetch').mockImplementation(async () => new Response('x', { status: 404 }))
    const { app, capture } = setUp({ traces: { fetch: true } })
    app.get('/', async (c) => c.text((await fetch('https://api.test/a?b=c')).statusText))
    await send(app, '/')
    expect(capture.points('http.client.request.duration')).toMatchObject([
      {
        count: 1,
        attributes: {
          'http.request.method': 'GET',
          'server.address': 'api.test',
          'server.port': 443,
          'http.response.status_code': 404,
          'error.type': '404',
        },
      },
    ])
  })

  it("the app's own, through the OpenTelemetry API, leave with the next batch", async () => {
    // Another test's pipeline is registered: whoever comes first stays.
    metrics.disable()
    const { app, capture } = setUp()
    app.get('/count', (c) => {
      metrics.getMeter('shop').createCounter('shop.orders').add(3, { method: 'card' })
      return c.text('ok')
    })
    await send(app, '/count')
    expect(capture.points('shop.orders')).toMatchObject([
      { value: 3, attributes: { method: 'card' } },
    ])
  })

  it('none with `metrics: false`', async () => {
    const { app, capture } = setUp({ metrics: false })
    await send(app, '/orders/1')
    expect(capture.metricBodies).toEqual([])
    expect(capture.spans).toHaveLength(1)
  })
})
