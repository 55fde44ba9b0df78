import { createExecutionContext, waitOnExecutionContext } from 'cloudflare:test'
import { context, createContextKey, propagation, trace } from '@opentelemetry/api'
import { Hono } from 'hono'
import { exporterState, observability, restoreGlobalFetch, withSpan } from 'hono-observability'
import { custom, healthRoutes, telemetry } from 'hono-observability/health'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { Capture, send } from './support.ts'

const CLIENT = 3
const ERROR = 2

afterEach(() => {
  restoreGlobalFetch()
  vi.restoreAllMocks()
})

describe('withSpan', () => {
  it('makes a child of the request, and of the span around it', async () => {
    const capture = new Capture()
    const app = new Hono()
    app.use(observability(capture.options()))
    app.get('/', async (c) => {
      const price = await withSpan('outer', async (span) => {
        span.setAttribute('n', 1)
        await scheduler.wait(5)
        return withSpan('inner', () => 42)
      })
      return c.json(price)
    })
    const { body } = await send(app, '/')
    expect(body).toBe('42')
    const { spanId } = capture.serverSpan
    const [inner, outer] = capture.spans
    expect([outer?.name, outer?.parentSpanId, outer?.attributes]).toEqual([
      'outer',
      spanId,
      { n: 1 },
    ])
    expect([inner?.name, inner?.parentSpanId]).toEqual(['inner', outer?.spanId])
    expect(outer?.durationMs).toBeGreaterThanOrEqual(4)
  })

  it('records what is thrown or rejected, and throws it again', async () => {
    const capture = new Capture()
    const app = new Hono()
    app.use(observability(capture.options()))
    const thrown: unknown[] = []
    app.get('/', async (c) => {
      try {
        withSpan('sync', () => {
          throw new RangeError('a')
        })
      } catch (error) {
        thrown.push(error)
      }
      await withSpan('async', async () => Promise.reject('text')).catch((e) => thrown.push(e))
      return c.text('ok')
    })
    await send(app, '/')
    expect(thrown).toEqual([new RangeError('a'), 'text'])
    expect(capture.spans.slice(0, 2)).toMatchObject([
      {
        name: 'sync',
        status: { code: ERROR, message: 'a' },
        attributes: { 'error.type': 'RangeError' },
        events: [{ name: 'exception' }],
      },
      { name: 'async', status: { code: ERROR }, attributes: { 'error.type': '_OTHER' } },
    ])
    expect(capture.serverSpan.status).toBeUndefined()
  })

  it('follows awaits of concurrent requests without mixing them', async () => {
    const capture = new Capture()
    const app = new Hono()
    app.use(observability(capture.options()))
    app.get('/:id', async (c) => {
      await scheduler.wait(Math.random() * 20)
      await withSpan(`child-${c.req.param('id')}`, () => scheduler.wait(Math.random() * 10))
      return c.text('ok')
    })
    await Promise.all(Array.from({ length: 50 }, (_, i) => send(app, `/${i}`)))
    const servers = new Map(
      capture.spans
        .filter(({ kind }) => kind === 2)
        .map(({ spanId, attributes }) => [spanId, attributes['url.path']]),
    )
    const children = capture.spans.filter(({ name }) => name.startsWith('child-'))
    expect([servers.size, children.length]).toEqual([50, 50])
    for (const { name, parentSpanId } of children) {
      expect(servers.get(String(parentSpanId))).toBe(`/${name.slice('child-'.length)}`)
    }
  })

  it('outside a request just runs', () => {
    expect(withSpan('alone', () => 7)).toBe(7)
  })
})

describe('outgoing fetch', () => {
  const setUp = (traces = {}) => {
    const capture = new Capture()
    const sent: Request[] = []
    vi.spyOn(globalThis, 'fetch').mockImplementation(async (input, init) => {
      const request = new Request(input as RequestInfo, init)
      sent.push(request)
      if (request.url.includes('/down')) {
        throw new TypeError('connection refused')
      }
      const status = request.url.includes('/missing') ? 404 : 200
      return new Response(request.body, { status })
    })
    const app = new Hono()
    app.use(observability(capture.options({ traces: { fetch: true, ...traces } })))
    return { app, capture, sent }
  }

  it('is a client span whose id travels in traceparent; body and headers go through', async () => {
    const { app, capture, sent } = setUp()
    app.get('/', async (c) => {
      const response = await fetch('https://api.test:8443/pay?card=4111&x=1', {
        method: 'POST',
        body: 'payload',
        headers: { 'x-own': 'kept' },
      })
      return c.text(await response.text())
    })
    const { body } = await send(app, '/')
    expect(body).toBe('payload')
    const client = capture.spans.find(({ kind }) => kind === CLIENT)
    expect(client).toMatchObject({
      name: 'POST',
      parentSpanId: capture.serverSpan.spanId,
      attributes: {
        'http.request.method': 'POST',
        'url.full': 'https://api.test:8443/pay?card=REDACTED&x=REDACTED',
        'server.address': 'api.test',
        'server.port': 8443,
        'http.response.status_code': 200,
      },
    })
    const headers = sent[0]?.headers
    expect(headers?.get('traceparent')).toBe(`00-${client?.traceId}-${client?.spanId}-03`)
    expect(headers?.get('x-own')).toBe('kept')
    expect(capture.text).not.toContain('4111')
  })

  it('takes a Request, keeps its method, and a traceparent that the caller set', async () => {
    const { app, sent } = setUp()
    app.get('/', async (c) => {
      await fetch(new Request('https://api.test/', { method: 'PUT', body: 'x' }))
      await fetch('https://api.test/', { headers: { traceparent: 'own' } })
      return c.text('ok')
    })
    await send(app, '/')
    expect(sent.map(({ method }) => method)).toEqual(['PUT', 'GET'])
    expect(sent[1]?.headers.get('traceparent')).toBe('own')
  })

  it('of a 4xx or a failure is an error; of an intended abort it is not', async () => {
    const { app, capture } = setUp()
    app.get('/', async (c) => {
      await fetch('https://api.test/missing')
      await fetch('https://api.test/down').catch(() => {})
      const controller = new AbortController()
      controller.abort()
      await fetch('https://api.test/down', { signal: controller.signal }).catch(() => {})
      return c.text('ok')
    })
    await send(app, '/')
    const clients = capture.spans.filter(({ kind }) => kind === CLIENT)
    expect(
      clients.map(({ status, attributes }) => [status?.code, attributes['error.type']]),
    ).toEqual([
      [ERROR, '404'],
      [ERROR, 'TypeError'],
      [undefined, undefined],
    ])
  })

  it('carries baggage only to allowed origins', async () => {
    const { app, sent } = setUp({ baggageOrigins: ['https://inside.test'] })
    app.get('/', async (c) => {
      await fetch('https://inside.test/a')
      await fetch('https://outside.test/a')
      return c.text('ok')
    })
    await send(app, '/', { headers: { baggage: 'tenant=acme' } })
    expect(sent.map(({ headers }) => headers.get('baggage'))).toEqual(['tenant=acme', null])
    expect(sent.every(({ headers }) => headers.has('traceparent'))).toBe(true)
  })

  it('hands on the caller’s tracestate where it is asked to, and to nobody else', async () => {
    const { app, sent } = setUp({ propagateTo: ['https://api.test', 'https://*.inside.test'] })
    app.get('/', async (c) => {
      await fetch('https://api.test/')
      await fetch('https://a.inside.test/')
      await fetch('https://outside.test/')
      return c.text('ok')
    })
    await send(app, '/', {
      headers: {
        traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
        tracestate: 'vendor=a,other=b',
      },
    })
    expect(sent.map(({ headers }) => headers.get('tracestate'))).toEqual([
      'vendor=a,other=b',
      'vendor=a,other=b',
      null,
    ])
    expect(sent[0]?.headers.get('traceparent')).toMatch(/^00-0af7651916cd43dd8448eb211c80319c-/)
    expect(sent[2]?.headers.has('traceparent')).toBe(false)
  })

  it('of the exporter itself is not traced', async () => {
    const { capture } = setUp()
    const app = new Hono()
    const exported: string[] = []
    vi.spyOn(globalThis, 'fetch').mockImplementation(async (_url, init) => {
      exported.push(String(init?.body))
      return Response.json({})
    })
    app.use(
      observability({
        service: { name: 'self' },
        traces: { fetch: true },
        metrics: false,
        otlp: { batch: { maxLingerMs: 0 } },
      }),
    )
    app.get('/', (c) => c.text('ok'))
    await send(app, '/')
    await send(app, '/')
    expect(exported).toHaveLength(2)
    expect(exported.join()).not.toContain('v1/traces')
    expect(capture.bodies).toEqual([])
  })

  it('is neither traced nor measured where another exporter suppresses it', async () => {
    const { app, capture, sent } = setUp()
    const key = createContextKey('OpenTelemetry SDK Context Key SUPPRESS_TRACING')
    app.get('/', async (c) => {
      await context.with(context.active().setValue(key, true), () => fetch('https://api.test/'))
      return c.text('ok')
    })
    await send(app, '/')
    expect(sent[0]?.headers.has('traceparent')).toBe(false)
    expect(capture.spans).toHaveLength(1)
    expect(capture.points('http.client.request.duration')).toEqual([])
  })

  it('is restored', () => {
    const before = globalThis.fetch
    restoreGlobalFetch()
    expect(globalThis.fetch).toBe(before)
  })
})

describe('the OpenTelemetry API', () => {
  it('works for other libraries inside a request', async () => {
    const capture = new Capture()
    const app = new Hono()
    app.use(observability(capture.options()))
    app.get('/', async (c) => {
      const tracer = trace.getTracer('their-library', '2.0.0')
      await tracer.startActiveSpan('theirs', async (span) => {
        await scheduler.wait(1)
        expect(trace.getActiveSpan()).toBe(span)
        await context.with(
          propagation.setBaggage(context.active(), propagation.createBaggage()),
          () => withSpan('below', () => {}),
        )
        span.end()
      })
      return c.text('ok')
    })
    await send(app, '/')
    const theirs = capture.spans.find(({ name }) => name === 'theirs')
    expect(theirs?.parentSpanId).toBe(capture.serverSpan.spanId)
    expect(capture.spans.find(({ name }) => name === 'below')?.parentSpanId).toBe(theirs?.spanId)
    expect(capture.text).toContain('"scope":{"name":"their-library","version":"2.0.0"}')
  })
})

describe('settings', () => {
  const respond = async (
    options: Parameters<Capture['options']>[0],
    init?: RequestInit,
    env = {},
  ) => {
    const capture = new Capture()
    const app = new Hono()
    app.use(observability(capture.options(options)))
    app.get('/', (c) => c.text(`${trace.getActiveSpan()?.spanContext().traceId}`))
    const ctx = createExecutionContext()
    const response = await app.fetch(new Request('http://shop.test/', init), env, ctx)
    const body = await response.text()
    await waitOnExecutionContext(ctx)
    return { capture, response, body }
  }

  it('read OTEL_* variables from the bindings', async () => {
    const capture = new Capture()
    const app = new Hono()
    app.use(observability({ otlp: capture.options().otlp as object }))
    app.get('/', (c) => c.text('ok'))
    const ctx = createExecutionContext()
    const env = { OTEL_SERVICE_NAME: 'from-env', OTEL_RESOURCE_ATTRIBUTES: 'team=web' }
    await app.fetch(new Request('http://shop.test/'), env, ctx)
    await waitOnExecutionContext(ctx)
    expect(capture.text).toContain('{"key":"service.name","value":{"stringValue":"from-env"}}')
    expect(capture.text).toContain('{"key":"team","value":{"stringValue":"web"}}')
  })

  it('turned off record nothing and still pass the trace on', async () => {
    const traceId = '0af7651916cd43dd8448eb211c80319c'
    const headers = { traceparent: `00-${traceId}-b7ad6b7169203331-01` }
    for (const options of [{ disabled: true }, { traces: false as const }]) {
      const { capture, body, response } = await respond(options, { headers })
      expect([response.status, body, capture.bodies]).toEqual([200, traceId, []])
    }
    const { capture } = await respond({}, {}, { OTEL_SDK_DISABLED: 'true' })
    expect(capture.bodies).toEqual([])
  })

  it('add Server-Timing, headers, user agent and client address when asked, and never else', async () => {
    const init = {
      headers: {
        'user-agent': 'curl/8',
        'cf-connecting-ip': '192.0.2.7',
        'x-tenant': 'acme',
        cookie: 'session=s3cr3t',
      },
    }
    const plain = await respond({}, init)
    expect(plain.response.headers.get('server-timing')).toBeNull()
    for (const secret of ['curl/8', '192.0.2.7', 'acme', 's3cr3t']) {
      expect(plain.capture.text).not.toContain(secret)
    }
    const { capture, response } = await respond(
      {
        traces: { serverTiming: true },
        http: { userAgent: true, clientAddress: true, requestHeaders: ['X-Tenant'] },
      },
      init,
    )
    const { traceId, spanId, attributes } = capture.serverSpan
    expect(response.headers.get('server-timing')).toBe(
      `traceparent;desc="00-${traceId}-${spanId}-03"`,
    )
    expect(attributes).toMatchObject({
      'user_agent.original': 'curl/8',
      'client.address': '192.0.2.7',
      'http.request.header.x-tenant': { values: [{ stringValue: 'acme' }] },
    })
  })

  it('that are wrong throw when the middleware is made', () => {
    expect(() => observability({ traces: { ratio: 'high' as never } })).toThrow(
      'Cannot configure observability: `traces.ratio` must be a number from 0 to 1, received "high"',
    )
  })
})

describe('an active server span of another tracer', () => {
  it('is enriched instead of doubled', async () => {
    const capture = new Capture()
    const app = new Hono()
    app.use(observability(capture.options()))
    app.get('/orders/:id', (c) => c.text('ok'))
    const attributes: Record<string, unknown> = {}
    const foreign = {
      kind: 1,
      name: '',
      ended: false,
      spanContext: () => ({
        traceId: '0af7651916cd43dd8448eb211c80319c',
        spanId: 'b7ad6b7169203331',
        traceFlags: 1,
      }),
      isRecording: () => true,
      setAttribute(key: string, value: unknown) {
        attributes[key] = value
        return this
      },
      setAttributes() {
        return this
      },
      updateName(name: string) {
        this.name = name
        return this
      },
      setStatus() {
        return this
      },
      recordException() {},
      end() {
        this.ended = true
      },
    }
    await context.with(trace.setSpan(context.active(), foreign as never), () =>
      send(app, '/orders/1'),
    )
    expect([foreign.name, foreign.ended]).toEqual(['GET /orders/:id', false])
    expect(attributes).toMatchObject({
      'http.route': '/orders/:id',
      'http.response.status_code': 200,
    })
    expect(capture.spans).toEqual([])
  })
})

describe('health probes', () => {
  it('are neither traced nor do they hold anything back, unless asked', async () => {
    const capture = new Capture()
    const app = new Hono()
    app.use(observability(capture.options()))
    app.route('/', healthRoutes({ checks: { fine: custom(() => true) } }))
    app.route('/traced', healthRoutes({ traceProbes: true }))
    app.get('/', (c) => c.text('ok'))
    expect((await send(app, '/readyz')).response.status).toBe(200)
    expect((await send(app, '/livez')).response.status).toBe(200)
    expect(capture.bodies).toEqual([])
    await send(app, '/traced/livez')
    await send(app, '/')
    expect(capture.spans.map(({ name }) => name)).toEqual(['GET /traced/livez', 'GET /'])
  })

  it('see the state of the exporter', async () => {
    const capture = new Capture()
    const options = capture.options()
    const app = new Hono()
    app.use(observability(options))
    app.get('/', (c) => c.text('ok'))
    app.route(
      '/',
      healthRoutes({ token: 't', checks: { telemetry: telemetry(() => exporterState(options)) } }),
    )
    await send(app, '/')
    const { body } = await send(app, '/health/detailed', { headers: { authorization: 'Bearer t' } })
    expect(JSON.parse(body).checks.telemetry[0]).toMatchObject({
      status: 'pass',
      observedValue: 0,
      observedUnit: 'records',
    })
  })
})
