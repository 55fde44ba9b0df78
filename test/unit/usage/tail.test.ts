import { metrics } from '@opentelemetry/api'
import { collectMetrics, instrument, type ObservabilityOptions } from 'hono-observability'
import { costs } from 'hono-observability/costs'
import { type TailUsageOptions, tailUsage } from 'hono-observability/usage'
import { expect, it } from 'vitest'

const TRACE = '0af7651916cd43dd8448eb211c80319c'

const line = (fields: object) => ({
  timestamp: 1,
  level: 'info',
  message: [JSON.stringify({ logger: 'access', 'http.request.method': 'GET', ...fields })],
})

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

const routesOf = async (items: unknown): Promise<unknown[]> =>
  (await counted(items))
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
      line({ 'http.route': '/orders/:id', 'url.path': '/orders/7' }),
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

it('of several access lines it is the one of the caller’s trace, or else of the same path', async () => {
  const logs = [
    line({ 'http.route': '/a', 'url.path': '/x', trace_id: 'f'.repeat(32) }),
    line({ 'http.route': '/b', 'url.path': '/y', trace_id: TRACE }),
  ]
  const headers = { traceparent: `00-${TRACE}-b7ad6b7169203331-01` }
  expect(
    await routesOf([
      { event: request('/x', headers), cpuTime: 1000, logs },
      { event: request('/x'), cpuTime: 2000, logs },
      { event: request('/z'), cpuTime: 4000, logs },
    ]),
  ).toEqual([
    ['/b', 1],
    ['/a', 2],
    [undefined, 4],
  ])
})

it('lines that are objects are read as well, and others are not taken for ours', async () => {
  const fields = { logger: 'access', 'http.request.method': 'GET', 'http.route': '/o' }
  expect(
    await routesOf([
      { event: request('/1'), cpuTime: 1000, logs: [{ message: [fields] }] },
      { event: request('/2'), cpuTime: 2000, logs: [{ message: ['{"logger":"access"'] }] },
      { event: request('/3'), cpuTime: 4000, logs: [{ message: [{ logger: 'app' }] }] },
      { event: request('/4'), cpuTime: 8000, logs: [{ message: null }, {}] },
      { event: request('/5'), cpuTime: 16_000 },
    ]),
  ).toEqual([
    ['/o', 1],
    [undefined, 30],
  ])
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

it('pushes to the aggregator are not counted: each would bring about another', async () => {
  expect(
    await counted([
      { executionModel: 'durableObject', event: { rpcMethod: 'push' }, cpuTime: 1000 },
    ]),
  ).toEqual([])
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
  const ours = line({ 'http.route': '/r', 'url.path': '/r' })
  const other = { message: ['x'] }
  const long = line({ 'http.route': '/l', 'url.path': '/l', more: 'x'.repeat(140_000) })
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
