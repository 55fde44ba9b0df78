import type { Hono } from 'hono'
import { instrument, type ObservabilityOptions, observability } from 'hono-observability'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { catchTelemetry, FRONTS } from '../hostile/support.ts'

type Http = NonNullable<ObservabilityOptions['http']>

afterEach(() => {
  vi.restoreAllMocks()
})

const setUp = (http: Http, front = FRONTS[0]?.[1] as (typeof FRONTS)[number][1]) => {
  const caught = catchTelemetry()
  const lines: Record<string, unknown>[] = []
  const options = caught.options({
    http,
    metrics: { temporality: 'delta' },
    logs: { console: (line) => void lines.push(JSON.parse(line)) },
  })
  const make = (routes: (app: Hono) => void) => front(options, routes)
  const points = () =>
    (caught.bodies.get('metrics') ?? [])
      .flatMap((body) => JSON.parse(body).resourceMetrics[0].scopeMetrics)
      .flatMap(({ metrics }) => metrics)
      .filter(({ name }) => name === 'http.server.request.duration')
      .flatMap(({ histogram }) => histogram.dataPoints)
      .map(({ attributes, count }) => ({ ...toObject(attributes), count: Number(count) }))
  return { caught, lines, options, make, points }
}

const toObject = (list: { key: string; value: object }[]): Record<string, unknown> =>
  Object.fromEntries(list.map(({ key, value }) => [key, Object.values(value)[0]]))

const ask = (caught: ReturnType<typeof catchTelemetry>, app: unknown, path = '/') =>
  caught.send(app as never, new Request(`http://shop.test${path}`))

describe('what `http.enrich` returns', () => {
  it('is on the span and the line, and what is declared on the metric, with no other values', async () => {
    const { caught, lines, make, points } = setUp({
      enrich: (c) => ({ 'shop.plan': c.req.query('plan'), 'shop.cart': 3, 'url.path': '/own' }),
      metricAttributes: { 'shop.plan': ['free', 'pro'], 'shop.beta': [true] },
    })
    const app = make((app) => app.get('/', (c) => c.text('ok')))
    for (const plan of ['free', 'pro', 'pro', 'gold', 'x']) {
      await ask(caught, app, `/?plan=${plan}`)
    }
    await ask(caught, app)
    expect(caught.spans.map(({ attributes }) => toObject(attributes)['shop.plan'])).toEqual(['free', 'pro', 'pro', 'gold', 'x', undefined]) // biome-ignore format: one line
    expect(lines.map((line) => [line['shop.plan'], line['shop.cart'], line['url.path']])).toEqual(
      ['free', 'pro', 'pro', 'gold', 'x', undefined].map((plan) => [plan, 3, '/']),
    )
    const counts: Record<string, number> = {}
    for (const point of points()) {
      const plan = String((point as Record<string, unknown>)['shop.plan'])
      counts[plan] = (counts[plan] ?? 0) + point.count
      expect(point).not.toHaveProperty('shop.cart')
    }
    expect(counts).toEqual({ free: 1, pro: 2, _OTHER: 2, undefined: 1 })
  })

  it('comes after the handler, with the span to add to, and once when the middleware is registered twice', async () => {
    const enrich = vi.fn<NonNullable<Http['enrich']>>((c, span) => {
      span.addEvent('seen', { status: c.res.status })
      return { 'shop.error': c.error?.message }
    })
    const { caught, options, make } = setUp({ enrich })
    const app = make((app) => {
      app.use(observability(options))
      app.get('/', () => {
        throw new Error('broken')
      })
    })
    vi.spyOn(console, 'error').mockImplementation(() => {})
    await ask(caught, app)
    expect(enrich).toHaveBeenCalledOnce()
    expect(caught.text).toContain('"shop.error"')
    expect(caught.spans[0]?.events?.length).toBe(2)
  })

  it('is asked under `instrument` as well, where a middleware sees the request', async () => {
    const { caught, options, make } = setUp({ enrich: () => ({ 'shop.a': 'b' }) })
    const app = make((app) => app.get('/', (c) => c.text('ok')))
    await ask(caught, instrument(app as Hono, options))
    expect(caught.spans).toHaveLength(1)
    expect(caught.text).toContain('"shop.a"')
  })

  it.each<[string, () => unknown]>([
    ['throws', () => { throw new Error('no') }],
    ['rejects', async () => { throw new Error('no') }],
    ['returns a promise', async () => ({ 'shop.a': 1 })],
    ['returns a text', () => 'text'],
    ['returns null', () => null],
    ['returns what cannot be read', () => new Proxy({}, { ownKeys: () => { throw new Error('no') } })],
    ['returns values that are none', () => ({ 'shop.a': Symbol('a'), 'shop.b': () => 1 })],
  ])('harms nothing when it %s', async (_, enrich) => {
    const unhandled = vi.fn()
    process.on('unhandledRejection', unhandled)
    vi.spyOn(console, 'warn').mockImplementation(() => {})
    const { caught, lines, make, points } = setUp({ enrich: enrich as never, metricAttributes: { 'shop.a': [1] } })
    const app = make((app) => app.get('/', (c) => c.text('ok')))
    const response = await ask(caught, app)
    await new Promise((resolve) => setTimeout(resolve, 5))
    process.off('unhandledRejection', unhandled)
    expect([response.status, await response.text()]).toEqual([200, 'ok'])
    expect([caught.spans.length, lines.length, points().length]).toEqual([1, 1, 1])
    expect(unhandled).not.toHaveBeenCalled()
  }) // biome-ignore format: one line each
})

describe.each(FRONTS)('the route of `http.route`, with %s', (name, front) => {
  const endpoint: Http['route'] = ({ url }) => /\/api\/auth\/([a-z-]+)/.exec(url)?.[0].slice(0)
  const routeOf = async (route: Http['route'], path: string) => {
    const { caught, lines, make, points } = setUp({ ...(route && { route }) }, front)
    const app = make((app) => {
      app.all('/api/auth/*', (c) => c.text('ok'))
      app.get('/orders/:id', (c) => c.text('ok'))
    })
    await ask(caught, app, path)
    const [span] = caught.spans
    const said = [
      toObject(span?.attributes ?? [])['http.route'],
      lines[0]?.['http.route'],
      (points()[0] as Record<string, unknown> | undefined)?.['http.route'],
    ]
    expect(new Set(said).size).toBe(1)
    return [span?.name, said[0]]
  }
  const known = name === 'observability()' ? '/orders/:id' : undefined

  it('is a finer name under a wildcard, in span, metric and line', async () => {
    const finer = /http:\/\/shop\.test/
    const route: Http['route'] = (request) => endpoint(request)?.replace(finer, '')
    expect(await routeOf(route, '/api/auth/sign-in/email')).toEqual(['GET /api/auth/sign-in', '/api/auth/sign-in']) // biome-ignore format: one line
  })

  it('is cut at 255 characters', async () => {
    expect((await routeOf(() => '/a'.repeat(1000), '/api/auth/x'))[1]).toBe(
      '/a'.repeat(1000).slice(0, 255),
    )
  })

  it.each<[string, Http['route']]>([
    ['is not given', undefined],
    ['says undefined', () => undefined],
    ['says nothing', () => ''],
    ['promises one', (async () => '/a') as never],
    ['throws', () => { throw new Error('no') }],
  ])('is what Hono knows when it %s', async (_, route) => {
    vi.spyOn(console, 'warn').mockImplementation(() => {})
    expect((await routeOf(route, '/orders/7'))[1]).toBe(known)
  }) // biome-ignore format: one line each
})

it('a raw handler has the route that its options give, and one that it sets on its span', async () => {
  const { caught, options } = setUp({
    route: ({ url }) => (url.endsWith('/mcp') ? '/mcp' : undefined),
  })
  const worker = instrument({ fetch: () => new Response('ok') }, options)
  await ask(caught, worker, '/mcp')
  await ask(caught, worker, '/other')
  expect(caught.spans.map(({ name }) => name)).toEqual(['GET /mcp', 'GET'])
})
