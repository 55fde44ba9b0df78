import { AsyncLocalStorage } from 'node:async_hooks'
import { metrics, SpanKind } from '@opentelemetry/api'
import { Hono } from 'hono'
import {
  collectMetrics,
  instrument,
  type ObservabilityOptions,
  observability,
  type ReadableSpan,
} from 'hono-observability'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { asksItself, QUESTIONS } from '../../support/asks-itself.ts'

const ERROR = 2

interface Seen {
  options: ObservabilityOptions
  spans: ReadableSpan[]
  lines: Record<string, unknown>[]
  servers(): ReadableSpan[]
  /** How many requests were counted, by route. */
  counts(): Promise<Record<string, number>>
}

const watch = (name = 'shop'): Seen => {
  metrics.disable()
  const spans: ReadableSpan[] = []
  const lines: Record<string, unknown>[] = []
  for (const method of ['info', 'warn', 'error'] as const) {
    // Hono logs errors too.
    vi.spyOn(console, method).mockImplementation((line) => {
      if (typeof line === 'string' && line.startsWith('{')) {
        lines.push(JSON.parse(line))
      }
    })
  }
  const options: ObservabilityOptions = {
    service: { name },
    metrics: { temporality: 'cumulative', activeRequests: true },
    otlp: { batch: { maxLingerMs: 0 }, fetch: async () => Response.json({}) },
    traces: {
      processors: [
        {
          onStart: () => {},
          onEnd: (span: ReadableSpan) => void spans.push(span),
          forceFlush: async () => {},
          shutdown: async () => {},
        },
      ],
    },
  }
  return {
    options,
    spans,
    lines,
    servers: () => spans.filter(({ kind }) => kind === SpanKind.SERVER),
    counts: async () =>
      Object.fromEntries(
        (await collectMetrics(options))
          .flatMap((collected) => collected.metrics)
          .filter(({ name: metric }) => metric === 'http.server.request.duration')
          .flatMap(({ points }) => points as unknown as { attributes: object; count: number }[])
          .map(({ attributes, count }) => [
            (attributes as Record<string, string>)['http.route'] ?? 'none',
            count,
          ]),
      ),
  }
}

afterEach(() => {
  vi.restoreAllMocks()
})

type Fetcher = { fetch(request: Request, env?: unknown, ctx?: unknown): unknown }

const WAYS: Record<string, (seen: Seen) => Fetcher> = {
  'the middleware': ({ options }) => asksItself(options) as Fetcher,
  both: ({ options }) => instrument(asksItself(options), options) as Fetcher,
  'instrument, given a copy of the request': ({ options }) => {
    const app = asksItself(options)
    return instrument(
      {
        fetch: (request: Request, env: object, ctx: never) =>
          app.fetch(new Request(request), env, ctx),
      },
      options,
    ) as Fetcher
  },
}

const GIVEN: Record<string, () => unknown[]> = {
  'with an execution context': () => [{}, { waitUntil: (work: Promise<unknown>) => void work }],
  'as on Node': () => [{ incoming: {}, outgoing: {} }],
  'with nothing': () => [],
}

describe.each(Object.keys(WAYS))('under %s', (way) => {
  describe.each(Object.keys(GIVEN))('%s', (given) => {
    it.each(QUESTIONS)('%s is one request, whatever it asks of the app', async (...question) => {
      const [asked, headers, status, name, inner] = question
      const seen = watch()
      const [method, path] = asked.split(' ') as [string, string]
      const request = new Request(`http://shop.test${path}`, { method, headers })
      const response = (await (WAYS[way] as (typeof WAYS)[string])(seen).fetch(
        request,
        ...(GIVEN[given] as () => unknown[])(),
      )) as Response
      await response.text()

      expect(response.status).toBe(status)
      expect(response.headers.get('x-request-id')).not.toContain(',')
      const [server, ...more] = seen.servers()
      expect(more).toEqual([])
      expect(server?.name).toBe(name)
      const route = name.split(' ')[1]
      expect(server?.attributes['http.route']).toBe(route)
      expect(server?.attributes['http.response.status_code']).toBe(status)
      expect(server?.status.code).toBe(status >= 500 ? ERROR : 0)
      const below = seen.spans.filter((span) => span !== server)
      expect(below.map((span) => span.name).sort()).toEqual(inner)
      expect(new Set(seen.spans.map((span) => span.spanContext().traceId)).size).toBe(1)
      expect(below.every(({ kind }) => kind === SpanKind.INTERNAL)).toBe(true)
      expect(seen.lines).toHaveLength(1)
      expect(seen.lines[0]).toMatchObject({ 'http.response.status_code': status })
      expect(seen.lines[0]?.['http.route']).toBe(route)
      expect('exception.type' in (seen.lines[0] ?? {})).toBe(status >= 500)
      expect(server?.attributes['error.type']).toBe(status >= 500 ? 'RangeError' : undefined)
      expect(await seen.counts()).toEqual({ [route ?? 'none']: 1 })
    })
  })
})

it('what fails in a request that the app makes of itself is on its span, and nowhere else', async () => {
  const seen = watch()
  await asksItself(seen.options).request('/safe/boom')
  const inner = seen.spans.find(({ name }) => name === 'GET /boom')
  expect(inner?.status).toEqual({ code: ERROR, message: 'boom' })
  expect(inner?.attributes).toMatchObject({
    'error.type': 'RangeError',
    'http.request.method': 'GET',
    'http.response.status_code': 500,
    'http.route': '/boom',
    'url.path': '/boom',
  })
  expect(seen.servers()[0]?.events).toEqual([])
})

it('what is thrown out of a request that the app makes of itself ends its span', async () => {
  const seen = watch()
  const app = new Hono()
  app.use(observability(seen.options))
  app.get('/throws', () => {
    throw 'text'
  })
  app.get('/', async (c) => {
    try {
      return await app.request('/throws')
    } catch (error) {
      return c.text(String(error))
    }
  })
  expect(await (await app.request('/')).text()).toBe('text')
  expect(seen.spans.map(({ name, status }) => [name, status.code])).toEqual([
    ['GET /throws', ERROR],
    ['GET /', 0],
  ])
})

it('a handler that calls another one under instrument alone makes a span, not another request', async () => {
  const seen = watch()
  const worker: Fetcher = instrument(
    {
      async fetch(request: Request, env: object, ctx: object): Promise<Response> {
        return request.url.endsWith('/inner')
          ? new Response('inner')
          : ((await worker.fetch(new Request('http://shop.test/inner'), env, ctx)) as Response)
      },
    },
    seen.options,
  )
  await worker.fetch(new Request('http://shop.test/outer'), {}, { waitUntil: () => {} })
  expect(seen.spans.map(({ kind, attributes }) => [kind, attributes['url.path']])).toEqual([
    [SpanKind.INTERNAL, '/inner'],
    [SpanKind.SERVER, '/outer'],
  ])
  expect(seen.lines).toHaveLength(1)
})

it('what detached work asks of the app is no request either, after the response', async () => {
  const seen = watch()
  const app = new Hono<{ Bindings: object }>()
  app.use(observability(seen.options))
  app.get('/later', (c) => c.text('later'))
  let late: Promise<unknown> = Promise.resolve()
  app.get('/', (c) => {
    const { env, executionCtx } = c
    late = new Promise((resolve) => setTimeout(resolve, 5)).then(async () => {
      await app.request('/later')
      await app.request('/later', {}, env)
      await app.request('/later', {}, env, executionCtx)
    })
    return c.text('ok')
  })
  await app.request('/', {}, {}, { waitUntil: () => {} } as never)
  await late
  expect(seen.spans.map(({ name, kind }) => [name, kind])).toEqual([
    ['GET /', SpanKind.SERVER],
    ['GET /later', SpanKind.INTERNAL],
    ['GET /later', SpanKind.INTERNAL],
    ['GET /later', SpanKind.INTERNAL],
  ])
  expect(await seen.counts()).toEqual({ '/': 1 })
})

const context = () => [{}, { waitUntil: () => {} }]
const socket = () => [{ incoming: {} }]
const nothing = () => []

it.each([
  ['by its execution context', context, true],
  ['by its execution context, of one that goes on', context, false],
  ['by its incoming message', socket, true],
  ['by its incoming message, of one that goes on', socket, false],
  ['when nothing is known but that the other one is over', nothing, true],
])(
  'a request that comes in another one’s asynchronous context is one of its own, %s',
  async (...how) => {
    const [, given, isOver] = how
    const seen = watch()
    const app = new Hono()
    app.use(observability(seen.options))
    let inContext: <T>(fn: () => T) => T = (fn) => fn()
    let release = (): void => {}
    app.get('/first', async (c) => {
      inContext = AsyncLocalStorage.snapshot()
      if (!isOver) {
        await new Promise<void>((resolve) => {
          release = resolve
        })
      }
      return c.text('ok')
    })
    app.get('/second', (c) => c.text('ok'))
    const fetch = (path: string) =>
      app.fetch(new Request(`http://shop.test${path}`), ...(given() as [object, never]))
    const first = fetch('/first')
    if (isOver) {
      await first
    }
    await inContext(() => fetch('/second'))
    release()
    await first
    const servers = seen.servers()
    expect(servers.map(({ name }) => name).sort()).toEqual(['GET /first', 'GET /second'])
    expect(servers.map(({ parentSpanContext }) => parentSpanContext)).toEqual([
      undefined,
      undefined,
    ])
    expect(new Set(servers.map((span) => span.spanContext().traceId)).size).toBe(2)
    expect(await seen.counts()).toEqual({ '/first': 1, '/second': 1 })
  },
)

it('two services in one process count their own requests', async () => {
  const shop = watch('shop')
  const bank = { ...watch('bank'), lines: [] }
  const other = new Hono()
  other.use(observability(bank.options))
  other.get('/pay', (c) => c.text('paid'))
  const app = new Hono()
  app.use(observability(shop.options))
  app.get('/', () => other.request('/pay'))
  await app.request('/')
  expect(shop.servers()).toHaveLength(2)
  expect(bank.servers()).toHaveLength(0)
})

it('a request that is handed on as it is to another service is one of that service too', async () => {
  const shop = watch('shop')
  const bank = { ...watch('bank'), lines: [] }
  const other = new Hono()
  other.use(observability(bank.options))
  other.use(observability(bank.options))
  other.get('/pay', (c) => c.text('paid'))
  const app = new Hono()
  app.use(observability(shop.options))
  app.use(observability(shop.options))
  app.get('/pay', (c) => other.fetch(c.req.raw, c.env))
  const response = await app.request('/pay')
  expect(await response.text()).toBe('paid')
  expect([shop, bank].map(({ spans }) => spans.length)).toEqual([2, 0])
  const [inner, outer] = shop.servers()
  expect(inner?.parentSpanContext?.spanId).toBe(outer?.spanContext().spanId)
})

it('an inner request has the id of the one from outside', async () => {
  const seen = watch()
  const app = new Hono<{ Variables: { requestId: string } }>()
  app.use(observability(seen.options))
  app.get('/id', (c) => c.text(c.get('requestId')))
  app.get('/', () => app.request('/id', { headers: { 'X-Request-ID': 'other' } }))
  const response = await app.request('/', { headers: { 'X-Request-ID': 'outer' } })
  expect([await response.text(), response.headers.get('x-request-id')]).toEqual(['outer', 'outer'])
})

it.each(['scheduled', 'queue', 'email'])(
  'what %s asks of the app is no request',
  async (handler) => {
    const seen = watch()
    const app = new Hono()
    app.use(observability(seen.options))
    app.get('/job', (c) => c.text(String(c.get('requestId' as never))))
    app.get('/ask', () => app.request('/job'))
    let answers: string[] = []
    const ask = async (_event: unknown, env: object, ctx: never): Promise<void> => {
      const responses = [await app.request('/job'), await app.request('/ask', {}, env, ctx)]
      answers = await Promise.all(responses.map((response) => response.text()))
    }
    const worker = instrument(
      { fetch: app.fetch, scheduled: ask, queue: ask, email: ask },
      seen.options,
    ) as unknown as Record<string, (...args: unknown[]) => Promise<void>>
    const events: Record<string, object> = {
      scheduled: { cron: '* * * * *', scheduledTime: 0 },
      queue: {
        queue: 'jobs',
        messages: [{ id: '1', attempts: 1, timestamp: new Date(0), body: 1 }],
      },
      email: { from: 'a@b.test', to: 'c@d.test', headers: new Headers(), rawSize: 1 },
    }
    const ctx = { waitUntil: () => {} }
    await worker[handler]?.(events[handler], {}, ctx)
    expect(answers).toEqual([
      expect.stringMatching(/^[\w-]{36}$/),
      expect.stringMatching(/^[\w-]{36}$/),
    ])
    expect(seen.servers().filter(({ name }) => name.startsWith('GET'))).toEqual([])
    expect(seen.spans.map(({ name }) => name).filter((name) => name.startsWith('GET'))).toEqual([
      'GET /job',
      'GET /job',
      'GET /ask',
    ])
    expect(await seen.counts()).toEqual({})
    expect(seen.lines).toEqual([])
    // A real one is counted as ever.
    await worker.fetch?.(new Request('http://shop.test/job'), {}, { waitUntil: () => {} })
    expect(await seen.counts()).toEqual({ '/job': 1 })
  },
)
