import { Hono } from 'hono'
import { observability } from 'hono-observability'
import { expect, it } from 'vitest'
import { ROOT } from '../../../src/context/context.ts'
import { createMeterProvider } from '../../../src/metrics/provider.ts'
import { HttpMetrics } from '../../../src/telemetry/http-metrics.ts'
import { record } from '../metrics/recording.ts'
import { catchTelemetry, heapBytes } from './support.ts'

const LIMIT = 2000

it('100,000 routes of a scanner, through an app, are one series', { timeout: 60_000 }, async () => {
  const caught = catchTelemetry()
  const app = new Hono()
  app.use(
    observability(
      caught.options({ traces: false, metrics: { intervalMs: 1, temporality: 'cumulative' } }),
    ),
  )
  app.get('/orders/:id', (c) => c.text('ok'))
  for (let i = 0; i < 100_000; i++) {
    const response = await app.fetch(
      new Request(`http://shop.test/${i}/.env?${i}`, { headers: { 'user-agent': `scan ${i}` } }),
    )
    expect(response.status).toBe(404)
  }
  await new Promise((resolve) => setTimeout(resolve, 5))
  await caught.send(app, new Request('http://shop.test/orders/1'))
  const points = (caught.bodies.get('metrics') ?? [])
    .flatMap((body) => JSON.parse(body).resourceMetrics[0].scopeMetrics)
    .flatMap(({ metrics }) => metrics)
    .filter(({ name }) => name === 'http.server.request.duration')
    .at(-1).histogram.dataPoints
  expect(points).toHaveLength(2)
  expect(points.map(({ count }: { count: string }) => Number(count)).sort()).toEqual([1, 100_000])
})

it('a million routes, were each one matched, are no more series than the limit', {
  timeout: 60_000,
}, async () => {
  const provider = createMeterProvider({
    temporality: 'cumulative',
    cardinalityLimit: LIMIT,
    exemplars: 'trace_based',
    views: [],
  } as never)
  const reader = provider.addReader('cumulative')
  const metrics = new HttpMetrics(provider, { metrics: {} } as never)
  const ended = (i: number) =>
    metrics.serverEnded(
      {
        method: 'GET',
        scheme: 'http',
        route: `/route/${i}`,
        status: 404,
        errorType: undefined,
        durationMs: 1,
        requestBytes: undefined,
        responseBytes: undefined,
      },
      ROOT,
    )
  for (let i = 0; i < 10_000; i++) {
    ended(i)
  }
  const before = heapBytes()
  for (let i = 10_000; i < 1_000_000; i++) {
    ended(i)
  }
  expect(heapBytes() - before).toBeLessThan(64 * 1024 * 1024)
  const [duration] = await reader.collect()
  expect(duration?.points).toHaveLength(LIMIT + 1)
  const counts = duration?.points.map((point) => (point as { count: number }).count) ?? []
  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(1_000_000)
})

it('attributes of a measurement are cut in number and length', async () => {
  const { meter, collect } = record('cumulative')
  const counter = meter.createCounter('c')
  const long = 'x'.repeat(1_000_000)
  counter.add(1, { long, [long]: 1, list: Array(100_000).fill(long) })
  counter.add(1, { long: `${long}y`, [long]: 1, list: Array(100_000).fill(long) })
  counter.add(1, Object.fromEntries(Array.from({ length: 100_000 }, (_, i) => [`k${i}`, i])))
  const { points } = (await collect()).c ?? { points: [] }
  expect(points).toHaveLength(2)
  const [first, second] = points
  expect(Object.keys(first?.attributes ?? {}).map(({ length }) => length)).toEqual([4, 4, 1024])
  expect(first?.attributes.long).toHaveLength(1024)
  expect(first?.attributes.list).toHaveLength(1024)
  expect(Object.keys(second?.attributes ?? {})).toHaveLength(128)
})
