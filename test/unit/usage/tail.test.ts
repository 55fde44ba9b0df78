import { metrics } from '@opentelemetry/api'
import { Hono } from 'hono'
import {
  collectMetrics,
  instrument,
  log,
  type ObservabilityOptions,
  observability,
} from 'hono-observability'
import { costs } from 'hono-observability/costs'
import { type TailUsageOptions, tailUsage } from 'hono-observability/usage'
import { describe, expect, it, vi } from 'vitest'

const TRACE = '0af7651916cd43dd8448eb211c80319c'

/** As the console writer makes it; in what order is tested with real ones. */
const textOf = ({ method = 'GET', route, path, trace, ...more }: Line): string =>
  JSON.stringify({
    timestamp: '2026-11-30T12:00:00.000Z',
    level: 'info',
    severity_number: 9,
    message: `${method} ${route} 200`,
    logger: 'access',
    'service.name': 'shop',
    trace_id: trace,
    'http.request.method': method,
    'http.route': route,
    'url.path': path,
    'http.response.status_code': 200,
    duration_ms: 1,
    ...more,
  })

interface Line {
  readonly method?: string
  readonly route?: string
  readonly path: string
  readonly trace?: string
  readonly [more: string]: unknown
}

const line = (fields: Line) => ({ timestamp: 1, level: 'info', message: [textOf(fields)] })

const request = (path: string, headers: object = {}) => ({
  request: { url: `https://shop.test${path}`, method: 'GET', headers },
  response: { status: 200 },
})

/** What a tail Worker counts of invocations, by name and attributes. */
const counted = async (
  items: unknown,
  options?: TailUsageOptions,
): Promise<[string, number, Record<string, unknown>][]> => {
  metrics.disable()
  const settings: ObservabilityOptions = {
    logs: false,
    metrics: { temporality: 'cumulative' },
    otlp: { fetch: async () => Response.json({}) },
  }
  const worker = instrument({ tail: tailUsage(options) }, settings) as unknown as {
    tail(events: unknown, env: unknown, ctx: unknown): unknown
  }
  worker.tail(items, {}, { waitUntil() {}, passThroughOnException() {} })
  return (await collectMetrics(settings))
    .flatMap((collected) => collected.metrics)
    .filter(({ name }) => /^hono\.(usage|cost)/.test(name))
    .flatMap(({ name, points }) =>
      (points as unknown as { value: number; attributes: Record<string, unknown> }[]).map(
        ({ value, attributes }): [string, number, Record<string, unknown>] => [
          name,
          value,
          { ...attributes },
        ],
      ),
    )
}

const routesOf = async (items: unknown, options?: TailUsageOptions): Promise<unknown[]> =>
  (await counted(items, options))
    .filter(([name]) => name === 'hono.usage.cpu_time')
    .map(([, value, by]) => [by['http.route'] ?? by['hono.invocation.name'], value])

it('CPU and wall time are counted by the route that the access line beside them names, with a price', async () => {
  const item = {
    scriptName: 'shop',
    event: request('/orders/7'),
    cpuTime: 12,
    wallTime: 340,
    logs: [
      { message: ['something of the app'] },
      line({ route: '/orders/:id', path: '/orders/7' }),
    ],
  }
  const by = {
    'cloudflare.script_name': 'shop',
    'http.request.method': 'GET',
    'http.route': '/orders/:id',
  }
  const all = await counted([item, item], { costs: costs() })
  expect(all).toEqual([
    ['hono.usage.cpu_time', 0.024, by],
    ['hono.usage.wall_time', 0.68, by],
    [
      'hono.cost',
      expect.closeTo((24 * 0.02) / 1_000_000, 15),
      { ...by, 'hono.usage.resource': 'cpuMs' },
    ],
  ])
})

it('of several access lines it is the last of the same method and path', async () => {
  const headers = { traceparent: `00-${TRACE}-b7ad6b7169203331-01` }
  const logs = [
    line({ route: '/first', path: '/x' }),
    line({ route: '/a', path: '/x' }),
    line({ route: '/b', path: '/y', trace: TRACE }),
    line({ route: '/c', path: '/x', method: 'POST' }),
  ]
  expect(
    await routesOf([
      { event: request('/x', headers), cpuTime: 1000, logs },
      { event: request('/y'), cpuTime: 2000, logs },
      { event: request('/z'), cpuTime: 4000, logs },
      { event: request('/z', headers), cpuTime: 8000, logs: logs.slice(2, 3) },
    ]),
  ).toEqual([
    ['/a', 1],
    ['/b', 2],
    [undefined, 12],
  ])
})

it('of a method that nobody knows the line says `_OTHER`', async () => {
  const item = (method: string) => ({
    event: { request: { url: 'https://shop.test/x', method: 'BREW' } },
    cpuTime: 1000,
    logs: [line({ route: `/${method}`, path: '/x', method })],
  })
  expect(await routesOf([item('BREW'), item('_OTHER')])).toEqual([
    [undefined, 1],
    ['/_OTHER', 1],
  ])
})

/** What a client sends, and an app writes to the console: as text, parsed, or with a word before it. */
describe('what looks like an access line and is a client’s', () => {
  const real = line({ route: '/orders', path: '/orders' })
  const body = {
    logger: 'access',
    'http.request.method': 'GET',
    'http.route': '/cheap-7',
    'url.path': '/orders',
    trace_id: TRACE,
  }
  const headers = { traceparent: `00-${TRACE}-b7ad6b7169203331-01` }
  const perfect = textOf({ route: '/cheap-7', path: '/orders', trace: TRACE })
  const parsed = JSON.parse(perfect) as Record<string, unknown>
  const { level: _, ...withoutLevel } = parsed
  const { duration_ms: __, ...withoutDuration } = parsed

  it.each<[string, unknown]>([
    ['is text', [JSON.stringify(body)]],
    ['is an object', [body]],
    ['is the perfect line as an object', [parsed]],
    ['is the perfect line with something behind it', [perfect, 'x']],
    ['is the perfect line with something before it', ['got', perfect]],
    ['is the perfect line with a blank before it', [` ${perfect}`]],
    ['lacks a key', [JSON.stringify(withoutLevel)]],
    ['lacks the last key', [JSON.stringify(withoutDuration)]],
    ['has a key before ours', [JSON.stringify({ a: 1, ...parsed })]],
    ['has a key between ours', [perfect.replace('"logger"', '"a":1,"logger"')]],
    ['has keys in another order', [JSON.stringify({ ...body, ...parsed })]],
    ['has another logger', [perfect.replace('"access"', '"app"')]],
    [
      'has another method',
      [perfect.replace('"http.request.method":"GET"', '"http.request.method":"EVIL"')],
    ],
    ['has another path', [perfect.replace('"url.path":"/orders"', '"url.path":"/x"')]],
    ['is cut', [perfect.slice(0, -1)]],
  ])('is none if it %s', async (_name, message) => {
    const logs = (...more: object[]) => [{ message }, ...more, { message }]
    expect(
      await routesOf([
        { event: request('/orders', headers), cpuTime: 1000, logs: logs(real) },
        { event: request('/orders', headers), cpuTime: 2000, logs: logs() },
      ]),
    ).toEqual([
      ['/orders', 1],
      [undefined, 2],
    ])
  })

  it('has its say only before ours, if it is perfect', async () => {
    const event = request('/orders', headers)
    expect(
      await routesOf([{ event, cpuTime: 1000, logs: [{ message: [perfect] }, real] }]),
    ).toEqual([['/orders', 1]])
  })

  it('names no route that is not one of those given', async () => {
    const logs = [{ message: [perfect] }]
    expect(
      await routesOf(
        [
          { event: request('/orders', headers), cpuTime: 1000, logs },
          { event: request('/orders'), cpuTime: 2000, logs: [real] },
        ],
        { routes: ['/orders'] },
      ),
    ).toEqual([
      [undefined, 1],
      ['/orders', 2],
    ])
  })

  it('is none without the mark', async () => {
    const mark = 'b6c0f1e2a5d34978'
    const marked = (value: unknown) =>
      line({ route: '/orders', path: '/orders', 'hono.tail.mark': value })
    const event = request('/orders')
    expect(
      await routesOf(
        [
          { event, cpuTime: 1000, logs: [marked(mark), { message: [perfect] }] },
          { event, cpuTime: 2000, logs: [marked('guess'), { message: [perfect] }, real] },
        ],
        { mark },
      ),
    ).toEqual([
      ['/orders', 1],
      [undefined, 2],
    ])
  })

  it('makes no more than a thousand routes', async () => {
    const items = Array.from({ length: 1500 }, (__, i) => ({
      event: request('/x'),
      cpuTime: 1,
      logs: [line({ route: `/${i}`, path: '/x' })],
    }))
    const names = (await routesOf(items)).map((each) => (each as unknown[])[0])
    expect(names.filter((name) => name !== undefined)).toHaveLength(1000)
    expect(names).toContain(undefined)
  })
})

describe('the lines of a real app', () => {
  /** What an app writes to the console while it answers. */
  const linesOf = async (path: string, before?: (app: Hono) => void): Promise<string[]> => {
    const lines: string[] = []
    for (const method of ['info', 'warn', 'error', 'debug'] as const) {
      vi.spyOn(console, method).mockImplementation((text: string) => {
        lines.push(text)
      })
    }
    const app = new Hono()
    app.use(observability({ service: { name: 'shop' }, traces: false, metrics: false }))
    before?.(app)
    app.get('/fails', () => {
      throw new Error('no')
    })
    app.get('/reset/:token/now', (c) => c.text('ok'))
    app.get('/orders/:id', (c) => {
      // As careless as can be.
      console.info(JSON.stringify({ logger: 'access', 'http.route': '/cheap' }))
      return c.text('ok')
    })
    await (await app.request(`https://shop.test${path}`)).text()
    await new Promise((resolve) => setTimeout(resolve, 5))
    vi.restoreAllMocks()
    return lines
  }

  const routeIn = async (path: string, lines: string[], options?: TailUsageOptions) =>
    routesOf(
      [{ event: request(path), cpuTime: 1000, logs: lines.map((text) => ({ message: [text] })) }],
      options,
    )

  it.each([
    ['/orders/7', '/orders/:id'],
    ['/orders/a%20b?x=1', '/orders/:id'],
    ['/fails', '/fails'],
    ['/reset/sk-abcdefghijklmnopqrstuvwxyz0123456789abcdefghijkl/now', '/reset/:token/now'],
  ])('are known for %s', async (path, route) => {
    const lines = await linesOf(path)
    expect(lines.length).toBeGreaterThan(0)
    expect(await routeIn(path, lines)).toEqual([[route, 1]])
  })

  it('have their mark', async () => {
    const mark = '3f9c1b7a5e2d48609c1b7a5e2d48603f'
    const lines = await linesOf('/orders/7', (app) => {
      app.use(async (_, next) => {
        log.set({ 'hono.tail.mark': mark })
        await next()
      })
    })
    expect(await routeIn('/orders/7', lines, { mark })).toEqual([['/orders/:id', 1]])
    expect(await routeIn('/orders/7', lines, { mark: 'another' })).toEqual([[undefined, 1]])
  })

  it('are found by the path that the platform has not redacted', async () => {
    const lines = await linesOf('/orders/7')
    const url = 'https://shop.test/orders/'
    const event = {
      request: {
        url: `${url}REDACTED`,
        method: 'GET',
        getUnredacted: () => ({ url: `${url}7`, method: 'GET' }),
      },
    }
    expect(
      await routesOf([{ event, cpuTime: 1000, logs: lines.map((text) => ({ message: [text] })) }]),
    ).toEqual([['/orders/:id', 1]])
  })
})

it('what is no request is called as `usage` calls it', async () => {
  expect(
    await routesOf([
      { event: { cron: '0 * * * *', scheduledTime: 1 }, cpuTime: 1000 },
      { event: { queue: 'orders', batchSize: 2 }, cpuTime: 2000 },
      { event: { mailFrom: 'a@b.c', rcptTo: 'd@e.f' }, cpuTime: 3000 },
      { event: { rpcMethod: 'reserve' }, entrypoint: 'Stock', cpuTime: 4000 },
      { event: { scheduledTime: 1 }, entrypoint: 'Room', cpuTime: 5000 },
      { event: null, cpuTime: 6000 },
    ]),
  ).toEqual([
    ['scheduled 0 * * * *', 1],
    ['process orders', 2],
    ['email', 3],
    ['Stock/reserve', 4],
    ['alarm Room', 5],
    ['event', 6],
  ])
})

it('only pushes to the aggregator’s own class are not counted, where there is one: each would bring about another', () => {
  const push = (entrypoint: string) => ({
    entrypoint,
    executionModel: 'durableObject',
    event: { rpcMethod: 'push' },
    cpuTime: 1000,
  })
  const items = [push('MetricsAggregator'), push('PushNotifications'), push('Metrics')]
  const countedOf = (temporality: 'aggregator' | 'delta', aggregator?: string): unknown[] => {
    metrics.disable()
    const names: unknown[] = []
    const record = (_: object, by: Record<string, unknown>): number => {
      names.push(by['hono.invocation.name'])
      return 0
    }
    const tail = tailUsage({ costs: { record } as never, ...(aggregator && { aggregator }) })
    const settings: ObservabilityOptions = {
      logs: false,
      metrics: { temporality },
      otlp: { fetch: async () => Response.json({}) },
    }
    const worker = instrument({ tail }, settings) as unknown as {
      tail(events: unknown, env: unknown, ctx: unknown): unknown
    }
    worker.tail(items, {}, { waitUntil() {}, passThroughOnException() {} })
    return names
  }
  vi.spyOn(console, 'warn').mockImplementation(() => {})
  vi.spyOn(console, 'error').mockImplementation(() => {})
  const all = ['MetricsAggregator/push', 'PushNotifications/push', 'Metrics/push']
  expect(countedOf('delta')).toEqual(all)
  expect(countedOf('aggregator')).toEqual(all.slice(1))
  expect(countedOf('aggregator', 'Metrics')).toEqual(all.slice(0, 2))
  vi.restoreAllMocks()
})

it('an invocation of which nothing makes sense costs nothing and harms nobody', async () => {
  const items = [
    null,
    7,
    { cpuTime: 'much', wallTime: Number.NaN },
    {
      cpuTime: -1,
      event: {
        get request(): never {
          throw new Error('no')
        },
      },
    },
    { event: { request: { url: 'no URL' } }, logs: 7, cpuTime: 1 },
  ]
  const all = await counted(items)
  expect(all.reduce((sum, [, value]) => sum + value, 0)).toBe(0)
  expect(await counted(undefined)).toEqual([])
})

it('of a thousand lines the last hundred are read, and none that is too long', async () => {
  const ours = line({ route: '/r', path: '/r' })
  const other = { message: ['x'] }
  const long = line({ route: '/l', path: '/l', more: 'x'.repeat(140_000) })
  expect(
    await routesOf([
      { event: request('/r'), cpuTime: 1000, logs: [ours, ...Array(99).fill(other)] },
      { event: request('/r'), cpuTime: 2000, logs: [ours, ...Array(100).fill(other)] },
      { event: request('/l'), cpuTime: 4000, logs: [long] },
    ]),
  ).toEqual([
    ['/r', 1],
    [undefined, 6],
  ])
})

it('something that is not what `costs()` returns is refused by name', () => {
  expect(() => tailUsage({ costs: {} as never })).toThrow(
    'Cannot count CPU time: `costs` must be what `costs()` of `hono-observability/costs` returns',
  )
})

it.each([
  [{ mark: '' }, '`mark` must be a text that is not empty, received an empty text'],
  [{ mark: undefined }, '`mark` must be a text that is not empty, received undefined'],
  [{ routes: '/a' }, '`routes` must be an array of texts, received string'],
  [{ aggregator: 7 }, '`aggregator` must be the name of a class, received number'],
])('%o is refused', (options, message) => {
  expect(() => tailUsage(options as never)).toThrow(`Cannot count CPU time: ${message}`)
})
