import { context, propagation, trace } from '@opentelemetry/api'
import { Hono } from 'hono'
import { log, type ObservabilityOptions, observability, withSpan } from 'hono-observability'
import { bindings } from 'hono-observability/bindings'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { finishRequests } from '../../../src/telemetry/flush.ts'
import { forgetPipelines } from '../../../src/telemetry/registry.ts'
import { type FakePlatform, fakePlatform, PLATFORM_TRACE } from './fake-platform.ts'

const CALLER_TRACE = '0af7651916cd43dd8448eb211c80319c'
const TRACEPARENT = `00-${CALLER_TRACE}-b7ad6b7169203331-01`

const setUp = (options: ObservabilityOptions, tracing: unknown) => {
  const posts: { path: string; body: string }[] = []
  const lines: Record<string, unknown>[] = []
  const app = new Hono<{ Bindings: Record<string, unknown> }>()
  const settings: ObservabilityOptions = {
    otlp: {
      fetch: async (url, { body }) => {
        posts.push({ path: new URL(url).pathname, body: String(body) })
        return Response.json({})
      },
    },
    metrics: false,
    logs: { console: (line) => lines.push(JSON.parse(line)) },
    bindings: bindings(),
    ...options,
  }
  app.use(observability(settings))
  const work: Promise<unknown>[] = []
  const executionCtx = {
    waitUntil: (promise: Promise<unknown>) => void work.push(promise),
    passThroughOnException: () => {},
    props: {},
    tracing,
  }
  return {
    app,
    settings,
    lines,
    async request(headers: Record<string, string> = {}, env: object = {}): Promise<Response> {
      const response = await app.request('/orders/7', { headers }, env, executionCtx)
      await response.clone().text()
      await Promise.all(work)
      await finishRequests()
      return response
    },
    /** Names of the spans that left by OTLP. */
    exported: () =>
      posts
        .filter(({ path }) => path === '/v1/traces')
        .flatMap(({ body }) => JSON.parse(body).resourceSpans)
        .flatMap(({ scopeSpans }) => scopeSpans)
        .flatMap(({ spans }) => spans)
        .map(({ name }) => name as string),
  }
}

/** What a platform's span was told of its attributes. */
const attributesOf = (platform: FakePlatform, span: string): object =>
  Object.assign(
    {},
    ...platform.of(span).flatMap(([, method, given]) => (method === 'setAttributes' ? given : [])),
  )

let warn: ReturnType<typeof vi.spyOn>
beforeEach(() => {
  vi.stubGlobal('navigator', { userAgent: 'Cloudflare-Workers' })
  warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
})
afterEach(() => {
  forgetPipelines()
  context.disable()
  trace.disable()
  propagation.disable()
  vi.unstubAllGlobals()
  vi.restoreAllMocks()
})

describe('a request that the platform traces', () => {
  it('enriches its span, and ends only spans that were begun here', async () => {
    const platform = fakePlatform()
    const { app, request, exported } = setUp({ native: 'auto' }, platform.tracing)
    app.get('/orders/:id', (c) => {
      const price = withSpan('price', (span) => {
        span.setAttribute('order.lines', 3)
        return withSpan('tax', () => 7)
      })
      return c.json(price)
    })
    expect(await (await request()).json()).toBe(7)
    expect(exported()).toEqual([])
    expect(platform.begun).toEqual([
      ['price', 'root'],
      ['tax', 'price'],
    ])
    expect(attributesOf(platform, 'price')).toEqual({ 'order.lines': 3 })
    expect(attributesOf(platform, 'root')).toMatchObject({
      'http.route': '/orders/:id',
      'http.response.status_code': 200,
    })
    expect(platform.of('root')).toContainEqual(['root', 'updateName', 'GET /orders/:id'])
    expect(platform.told.filter(([, method]) => method === 'end')).toEqual([
      ['tax', 'end'],
      ['price', 'end'],
    ])
  })

  it('says what failed, redacted, and what is all right', async () => {
    const platform = fakePlatform()
    const { app, request } = setUp({ native: 'on' }, platform.tracing)
    app.get('/orders/:id', () => {
      withSpan('fine', (span) => span.setStatus({ code: 1 }))
      throw new RangeError('no stock, api_key=sk_live_1234567890abcdef')
    })
    vi.spyOn(console, 'error').mockImplementation(() => {})
    expect((await request()).status).toBe(500)
    const message = 'no stock, api_key=[REDACTED]'
    const told = platform.of('root')
    expect(told).toContainEqual(['root', 'setStatus', { code: 'error', message }])
    expect(told.find(([, method]) => method === 'recordException')?.[2]).toEqual({
      name: 'RangeError',
      message,
      stack: expect.stringContaining(message),
    })
    expect(attributesOf(platform, 'root')).toMatchObject({ 'error.type': 'RangeError' })
    expect(platform.of('fine')).toContainEqual([
      'fine',
      'setStatus',
      { code: 'ok', message: undefined },
    ])
  })

  it('has its ids in log lines, and the caller’s context sent on', async () => {
    const platform = fakePlatform()
    const { app, request, lines } = setUp({ native: 'auto' }, platform.tracing)
    const sent: Record<string, string> = {}
    app.get('/orders/:id', (c) => {
      withSpan('price', () => {
        log.info('pricing')
        propagation.inject(context.active(), sent)
      })
      return c.text('ok')
    })
    await request({ traceparent: TRACEPARENT, tracestate: 'vendor=1' })
    expect(lines.map(({ message, trace_id, span_id }) => [message, trace_id, span_id])).toEqual([
      ['pricing', PLATFORM_TRACE, '0000000000000002'],
      ['GET /orders/:id 200', PLATFORM_TRACE, '0000000000000001'],
    ])
    expect(sent).toEqual({ traceparent: TRACEPARENT, tracestate: 'vendor=1' })
    expect(attributesOf(platform, 'root')).toMatchObject({ 'hono.caller.trace_id': CALLER_TRACE })
  })

  it.each([
    ['there is no caller', {}],
    [
      'it continues the caller’s trace',
      { traceparent: `00-${PLATFORM_TRACE}-b7ad6b7169203331-01` },
    ],
  ])('sends its own ids on when %s', async (_when, headers) => {
    const platform = fakePlatform()
    const { app, request } = setUp({ native: 'auto' }, platform.tracing)
    const sent: Record<string, string> = {}
    app.get('/orders/:id', (c) => {
      withSpan('price', () => propagation.inject(context.active(), sent))
      return c.text('ok')
    })
    await request(headers)
    expect(sent.traceparent).toMatch(`00-${PLATFORM_TRACE}-0000000000000002-0`)
    expect(sent.traceparent).toMatch(/[13]$/)
    expect(attributesOf(platform, 'root')).toHaveProperty('hono.caller.trace_id', undefined)
  })

  it('whose ids are not revealed, has the caller’s in log lines', async () => {
    const platform = fakePlatform({ ids: false })
    const { app, request, lines } = setUp({ native: 'auto' }, platform.tracing)
    app.get('/orders/:id', (c) => c.text('ok'))
    await request({ traceparent: TRACEPARENT })
    expect(lines[0]).toMatchObject({ trace_id: CALLER_TRACE })
    expect(platform.of('root')).toContainEqual(['root', 'updateName', 'GET /orders/:id'])
  })

  it('gets no second span of a binding, which is still made inside the right one', async () => {
    const platform = fakePlatform()
    const { app, request } = setUp({ native: 'auto' }, platform.tracing)
    const active: unknown[] = []
    const note = () => active.push(platform.tracing.getActiveSpan().name)
    const kv = { get: note, put: note, list: note, getWithMetadata: note }
    const limit = { limit: async () => note() }
    app.get('/orders/:id', async (c) => {
      const { CACHE, LIMIT } = c.env as { CACHE: typeof kv; LIMIT: typeof limit }
      await withSpan('price', () => CACHE.get())
      await LIMIT.limit()
      return c.text('ok')
    })
    await request({}, { CACHE: kv, LIMIT: limit })
    // The platform has no span of its own for rate limits, just one of the request underneath.
    expect(platform.begun.map(([name]) => name)).toEqual(['price', 'limit LIMIT'])
    expect(active).toEqual(['price', 'limit LIMIT'])
  })

  it('keeps what the app began by the platform’s own means as the parent', async () => {
    const platform = fakePlatform()
    const { app, request } = setUp({ native: 'auto' }, platform.tracing)
    const { startSpan, withActiveSpan } = platform.tracing
    app.get('/orders/:id', (c) => {
      withActiveSpan(startSpan('theirs'), () => withSpan('ours', () => {}))
      return c.text('ok')
    })
    await request()
    expect(platform.begun).toEqual([
      ['theirs', 'root'],
      ['ours', 'theirs'],
    ])
  })

  it('gives an app that is called within it a span of its own', async () => {
    const platform = fakePlatform()
    const { app, settings, request, exported } = setUp({ native: 'auto' }, platform.tracing)
    // Other options, and so another pipeline.
    const inner = new Hono().use(observability({ ...settings }))
    inner.get('/inner', (c) => c.text('inner', 503))
    app.get('/orders/:id', async (c) => {
      await inner.fetch(new Request('http://inner/inner', c.req.raw), {}, c.executionCtx)
      return c.text('outer')
    })
    await request({ traceparent: TRACEPARENT })
    expect(platform.begun).toEqual([['GET', 'root']])
    expect(platform.of('GET')).toContainEqual(['GET', 'updateName', 'GET /inner'])
    expect(platform.of('GET').at(-1)).toEqual(['GET', 'end'])
    expect(platform.of('root').some(([, method]) => method === 'setStatus')).toBe(false)
    expect(exported()).toEqual([])
  })

  it('survives that its objects throw, as they do in another invocation', async () => {
    const platform = fakePlatform()
    const { app, request, exported } = setUp({ native: 'auto' }, platform.tracing)
    app.get('/orders/:id', async (c) => {
      const earlier = withSpan('earlier', () => context.active())
      platform.leave()
      const price = await withSpan('price', async () => withSpan('tax', () => 7))
      return c.json(context.with(earlier, () => price))
    })
    expect(await (await request()).json()).toBe(7)
    expect(exported()).toEqual([])
  })
})

describe('native tracing is not used', () => {
  const answers = async (options: ObservabilityOptions, tracing: unknown) => {
    const { app, request, exported } = setUp(options, tracing)
    app.get('/orders/:id', (c) => c.text(withSpan('price', () => '7')))
    expect(await (await request({ traceparent: TRACEPARENT })).text()).toBe('7')
    return exported()
  }
  const OURS = ['price', 'GET /orders/:id']

  it.each([undefined, 'off'] as const)('with %s, also when it is there', async (native) => {
    const platform = fakePlatform()
    expect(await answers(native ? { native } : {}, platform.tracing)).toEqual(OURS)
    expect(platform.told).toEqual([])
  })

  it('with `auto`, for a request that it does not trace, whose methods are there', async () => {
    const platform = fakePlatform({ isTraced: false })
    expect(await answers({ native: 'auto' }, platform.tracing)).toEqual(OURS)
    expect(platform.told).toEqual([])
  })

  it.each([{ traces: false }, { disabled: true }] as const)('with %o', async (options) => {
    const platform = fakePlatform()
    expect(await answers({ native: 'on', ...options }, platform.tracing)).toEqual([])
    expect(platform.told).toEqual([])
  })

  it('where it is not what it was: the app is unharmed, and who asked for it is told once', async () => {
    const { tracing } = fakePlatform()
    const throwing = () => {
      throw new Error('moved')
    }
    const broken = [
      undefined,
      {},
      { ...tracing, withActiveSpan: undefined },
      { ...tracing, getActiveSpan: undefined },
      { ...tracing, getActiveSpan: throwing },
      { ...tracing, getActiveSpan: () => undefined },
      { ...tracing, getActiveSpan: () => ({}) },
      { ...tracing, getActiveSpan: () => ({ isTraced: true }) },
    ]
    for (const each of broken) {
      expect(await answers({ native: 'auto' }, each)).toEqual(OURS)
    }
    expect(warn).not.toHaveBeenCalled()
    for (const each of broken) {
      expect(await answers({ native: 'on' }, each)).toEqual(OURS)
    }
    expect(warn.mock.calls).toEqual([
      [
        'hono-observability: `native` has no effect: this runtime does not let its tracing be used.',
      ],
    ])
  })
})

it('with `on`, a request that the platform does not trace has no spans, and is not said to', async () => {
  const platform = fakePlatform({ isTraced: false })
  const { app, request, exported, lines } = setUp(
    { native: 'on', traces: { tail: { errors: true } } },
    platform.tracing,
  )
  const sent: Record<string, string>[] = []
  app.get('/orders/:id', (c) => {
    withSpan('price', () => {
      const carrier = {}
      propagation.inject(context.active(), carrier)
      sent.push(carrier)
    })
    return c.text('failed', 503)
  })
  await request()
  await request({ traceparent: TRACEPARENT })
  expect(exported()).toEqual([])
  expect(sent[0]?.traceparent).toMatch(/-0[02]$/)
  expect(sent[1]?.traceparent).toBe(TRACEPARENT)
  expect(lines[1]).toMatchObject({ trace_id: CALLER_TRACE })
})
