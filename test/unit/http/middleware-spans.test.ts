import { type Context, Hono, type Next } from 'hono'
import { cors } from 'hono/cors'
import { etag } from 'hono/etag'
import { HTTPException } from 'hono/http-exception'
import { LinearRouter } from 'hono/router/linear-router'
import { PatternRouter } from 'hono/router/pattern-router'
import { RegExpRouter } from 'hono/router/reg-exp-router'
import { TrieRouter } from 'hono/router/trie-router'
import { setMetric, timing } from 'hono/timing'
import { instrument, type ObservabilityOptions, observability, withSpan } from 'hono-observability'
import { middlewareSpans } from 'hono-observability/middleware'
import { describe, expect, it, vi } from 'vitest'
import { catchTelemetry, type WireSpan } from '../hostile/support.ts'

const routers = {
  regexp: RegExpRouter,
  trie: TrieRouter,
  linear: LinearRouter,
  pattern: PatternRouter,
}

const toObject = (list: WireSpan['attributes'] = []): Record<string, unknown> =>
  Object.fromEntries(list.map(({ key, value }) => [key, Object.values(value)[0]]))

/** Spans as a tree, by name: `[name, ...children]`. */
const treeOf = (spans: readonly WireSpan[], parent?: string): unknown[] =>
  spans
    .filter(({ parentSpanId }) => parentSpanId === parent)
    .map(({ name, spanId }) => [name, ...treeOf(spans, spanId)])

const setUp = (more: ObservabilityOptions = {}, app = new Hono()) => {
  const caught = catchTelemetry()
  const options = caught.options({
    ...more,
    traces: { middleware: middlewareSpans(), ...(typeof more.traces === 'object' && more.traces) },
  })
  app.use(observability(options))
  const ask = (path: string, init?: RequestInit) =>
    caught.send(app, new Request(`http://shop.test${path}`, init))
  return { caught, app, ask, options }
}

const auth = async (_c: unknown, next: () => Promise<void>): Promise<void> => {
  await next()
}

describe.each(Object.entries(routers))('middleware and handlers on the %s router', (_, Router) => {
  it('have a span each, below the one that called them, on the first request and on the next', async () => {
    const { caught, app, ask } = setUp({}, new Hono({ router: new Router() as never }))
    app.use(cors())
    app.use('/orders/*', auth)
    app.get('/orders/:id', async (c) => c.text(await withSpan('price', async () => '1')))
    for (let i = 0; i < 2; i++) {
      const response = await ask('/orders/7')
      expect([response.status, await response.text()]).toEqual([200, '1'])
      expect(treeOf(caught.spans.splice(0))).toEqual(
        Array.from({ length: i + 1 }, () => [
          'GET /orders/:id',
          ['middleware cors', ['middleware auth', ['handler /orders/:id', ['price']]]],
        ]),
      )
    }
  })
})

describe('the span of middleware', () => {
  it('says its function, what it is registered for and its own time, and a handler’s has no such time', async () => {
    const { caught, app, ask } = setUp()
    const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
    app.use('/a/*', async function slow(_c, next) {
      await wait(20)
      await next()
      await wait(10)
    })
    app.get('/a/b', async function answer(c) {
      await wait(40)
      return c.text('ok')
    })
    await ask('/a/b')
    const [middleware, handler] = ['middleware slow', 'handler answer'].map((name) =>
      toObject(caught.spans.find((span) => span.name === name)?.attributes),
    )
    expect(middleware).toMatchObject({
      'hono.handler.kind': 'middleware',
      'hono.handler.name': 'slow',
      'hono.handler.route': '/a/*',
    })
    const before = Number(middleware?.['hono.middleware.before_next_ms'])
    const after = Number(middleware?.['hono.middleware.after_next_ms'])
    expect(before).toBeGreaterThan(15)
    expect(after).toBeGreaterThan(5)
    expect(handler).toEqual({
      'hono.handler.kind': 'handler',
      'hono.handler.name': 'answer',
      'hono.handler.route': '/a/b',
    })
  })

  it('is one also where it stands before the handler of one method', async () => {
    const { caught, app, ask } = setUp()
    const refuse = async (c: Context, _next: Next) => c.text('no', 401)
    app.get('/etag', etag(), auth, (c) => c.text('ok'))
    app.get('/wrapped', (...args: [Context, Next]) => refuse(...args))
    await ask('/etag')
    await ask('/wrapped')
    expect(caught.spans.map(({ name }) => name).toSorted()).toEqual([
      'GET /etag',
      'GET /wrapped',
      'handler /etag',
      'handler /wrapped',
      'middleware auth',
      'middleware etag',
    ])
  })

  it('is of those that answer by themselves, and of routes of other apps', async () => {
    const { caught, app, ask } = setUp()
    app.use('/admin/*', async (c, _next) => c.text('no', 401))
    const sub = new Hono()
    sub.get('/items/:id', (c) => c.text('ok'))
    sub.onError((_error, c) => c.text('handled', 503))
    app.route('/api', sub)
    app.mount('/old', () => new Response('old'))
    await ask('/admin/x')
    await ask('/api/items/1')
    await ask('/old/x')
    await ask('/nowhere')
    expect(treeOf(caught.spans)).toEqual([
      ['GET /admin/*', ['middleware /admin/*']],
      ['GET /api/items/:id', ['handler /api/items/:id']],
      ['GET /old/*', ['middleware /old/*']],
      ['GET'],
    ])
  })

  it('has failed where its own function threw, unless the caller did wrong, and the app answers as without', async () => {
    const { caught, app, ask } = setUp()
    app.use(auth)
    app.get('/boom', () => {
      throw new TypeError('boom')
    })
    app.get('/late', async () => {
      throw new TypeError('boom')
    })
    app.get('/denied', () => {
      throw new HTTPException(403)
    })
    vi.spyOn(console, 'error').mockImplementation(() => {})
    for (const [path, status, code] of [
      ['/boom', 500, 2],
      ['/late', 500, 2],
      ['/denied', 403, undefined],
    ] as const) {
      caught.bodies.clear()
      expect((await ask(path)).status).toBe(status)
      const statusOf = (name: string) =>
        (
          caught.spans.find((span) => span.name.startsWith(name)) as unknown as {
            status?: { code?: number }
          }
        )?.status?.code
      expect([statusOf('handler'), statusOf('middleware')]).toEqual([code, undefined])
    }
  })

  it('is not there where nothing is recorded, nor without the option', async () => {
    const { app, ask, caught } = setUp({
      traces: { sampler: 'always_off' },
      http: { ignore: ['/ignored'] },
    })
    const handler = vi.fn((c) => c.text('ok'))
    app.get('/*', handler)
    await ask('/')
    await ask('/ignored')
    expect([caught.spans, handler.mock.calls.length]).toEqual([[], 2])
    const plain = new Hono()
    const bare = catchTelemetry()
    plain.use(observability(bare.options()), auth)
    plain.get('/', (c) => c.text('ok'))
    await bare.send(plain, new Request('http://shop.test/'))
    expect(bare.spans).toHaveLength(1)
  })

  it('is there under `instrument`, once where the middleware is registered twice, and in apps that are asked within', async () => {
    const { caught, app, options } = setUp()
    app.use(observability(options))
    app.get('/outer', async (c) => c.text(await (await app.request('/inner')).text()))
    app.get('/inner', (c) => c.text('ok'))
    await caught.send(instrument(app, options), new Request('http://shop.test/outer'))
    expect(treeOf(caught.spans)).toEqual([
      ['GET /outer', ['handler /outer', ['GET /inner', ['handler /inner']]]],
    ])
  })

  it('leaves what is registered as it is for those who look', async () => {
    const { app, ask } = setUp()
    const handler = (c: { text(text: string): Response }) => c.text('ok')
    app.get('/', handler)
    await ask('/')
    expect(app.routes.at(-1)?.handler).toBe(handler)
  })
})

it('entries of hono/timing become events of the server span', async () => {
  const { caught, app, ask } = setUp()
  app.use(timing({ total: false }))
  app.get('/', (c) => {
    setMetric(c, 'db', 12.34, 'the "main" one')
    setMetric(c, 'region', 'eu')
    setMetric(c, 'hit')
    return c.text('ok')
  })
  const response = await ask('/')
  expect(response.headers.get('server-timing')).toContain('db;dur=12.3')
  const server = caught.spans.find(({ kind }) => kind === 2)
  expect(server?.events?.map((event) => toObject(event.attributes))).toEqual([
    {
      'hono.timing.name': 'db',
      'hono.timing.duration_ms': 12.3,
      'hono.timing.description': 'the "main" one',
    },
    { 'hono.timing.name': 'region', 'hono.timing.description': 'eu' },
    { 'hono.timing.name': 'hit' },
  ])
})
