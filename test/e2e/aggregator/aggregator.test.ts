import { afterEach, describe, expect, it } from 'vitest'
import type { AggregatorPush, ShardSnapshot } from '../../../src/export/aggregator/protocol.ts'
import type { HistogramPoint, SumData } from '../../../src/metrics/data.ts'
import { load } from '../../support/load.ts'
import { type Sink, startSink } from '../../support/otlp-sink.ts'
import type { RunningWorker } from '../../support/worker.ts'
import { ISOLATES, startIsolates } from './start.ts'

const cleanUp: (() => Promise<void>)[] = []

afterEach(async () => {
  for (const undo of cleanUp.splice(0).reverse()) await undo()
})

const start = async (vars = {}): Promise<RunningWorker> => {
  const worker = await startIsolates(vars)
  cleanUp.push(() => worker.stop())
  return worker
}

const collector = async (): Promise<Sink> => {
  const sink = await startSink()
  cleanUp.push(() => sink.close())
  return sink
}

const post = async (worker: RunningWorker, path: string, body?: unknown): Promise<unknown> => {
  const init = { method: 'POST', ...(body !== undefined && { body: JSON.stringify(body) }) }
  const response = await fetch(worker.url + path, init)
  expect(response.status, await response.clone().text()).toBe(200)
  return response.headers.get('content-type')?.includes('json') ? response.json() : response.text()
}

const prefixes = ['', ...ISOLATES.map((name) => `/isolate/${name}`)]

const drain = async (worker: RunningWorker): Promise<void> => {
  for (const prefix of prefixes) {
    expect(await post(worker, `${prefix}/drain?shard=AMS`)).toMatchObject({
      pending: 0,
      dropped: {},
    })
  }
}

const count: AggregatorPush = {
  instance: 'one',
  seq: 1,
  floor: 1,
  startMs: 1,
  sealedMs: Date.now(),
  shard: 'default',
  resource: { 'service.name': 'shop' },
  metrics: [
    {
      type: 'sum',
      name: 'requests',
      description: '',
      unit: '',
      scope: { name: 'test' },
      monotonic: true,
      integer: true,
      temporality: 'delta',
      points: Array.from({ length: 20 }, (_, i) => ({
        attributes: { route: `/${i}` },
        startMs: 1,
        timeMs: Date.now(),
        value: 1,
      })),
    },
  ],
}

const snapshot = async (worker: RunningWorker, shard = 'default'): Promise<ShardSnapshot> =>
  (await fetch(`${worker.url}/snapshot/${shard}`)).json() as Promise<ShardSnapshot>

const valuesIn = ({ resources }: ShardSnapshot, name: string): number[] =>
  resources
    .flatMap(({ metrics }) => metrics)
    .filter((metric) => metric.name === name)
    .flatMap((metric) => (metric as SumData).points.map(({ value }) => value))

/** A share of requests by route and status, with durations that add up to what can be calculated. */
const ROUTES = ['orders', 'cart', 'search']
const STATUSES = [200, 404, 500]
const requestOf = (index: number) => ({
  prefix: prefixes[index % prefixes.length] ?? '',
  route: ROUTES[Math.floor(index / 4) % 3] ?? '',
  status: STATUSES[Math.floor(index / 12) % 3] ?? 0,
  ms: (index * 7) % 600,
})
const pathOf = (index: number): string => {
  const { prefix, route, status, ms } = requestOf(index)
  return `${prefix}/jobs/${route}?status=${status}&ms=${ms}&shard=${['AMS', 'LHR'][index % 2]}`
}

const expectedTotals = (requests: number): Map<string, { count: number; sum: number }> => {
  const totals = new Map<string, { count: number; sum: number }>()
  for (let index = 0; index < requests; index++) {
    const { route, status, ms } = requestOf(index)
    const key = `/${route} ${status}`
    const total = totals.get(key) ?? { count: 0, sum: 0 }
    totals.set(key, { count: total.count + 1, sum: total.sum + ms / 1000 })
  }
  return totals
}

interface Answer {
  resources: { metrics: { name: string; points: (HistogramPoint & { value: number })[] }[] }[]
}

const readMetrics = async (worker: RunningWorker) => {
  const headers = { authorization: 'Bearer s3cret' }
  const response = await fetch(`${worker.url}/metrics?format=json`, { headers })
  expect(response.status).toBe(200)
  const { resources } = (await response.json()) as Answer
  const points = (name: string) =>
    resources.flatMap(({ metrics }) =>
      metrics.filter((metric) => metric.name === name).flatMap((metric) => metric.points),
    )
  return { points }
}

const keyOf = ({ attributes }: HistogramPoint): string =>
  `${attributes['http.route']} ${attributes['http.response.status_code']}`

const expectExact = async (worker: RunningWorker, requests: number): Promise<void> => {
  const { points } = await readMetrics(worker)
  const expected = expectedTotals(requests)
  const durations = points('http.server.request.duration')
  expect(new Map(durations.map((point) => [keyOf(point), point.count]))).toEqual(
    new Map([...expected].map(([key, { count }]) => [key, count])),
  )
  for (const point of durations) {
    expect(point.bucketCounts.reduce((total, bucket) => total + bucket, 0)).toBe(point.count)
    const sum = expected.get(keyOf(point))?.sum ?? 0
    expect(Math.abs((point.sum ?? 0) - sum) / sum).toBeLessThan(1e-9)
  }
  expect(new Map(points('shop.requests').map((point) => [keyOf(point), point.value]))).toEqual(
    new Map([...expected].map(([key, { count }]) => [key, count])),
  )
}

describe('the aggregator on SQLite in workerd', () => {
  it('adds 500 parallel pushes exactly', async () => {
    const worker = await start()
    expect(await post(worker, '/parallel/500', count)).toBe(500)
    expect(await post(worker, '/parallel/500', count)).toBe(0)
    expect(valuesIn(await snapshot(worker), 'requests')).toEqual(Array(20).fill(500))
  })

  it('has stored what it acknowledged when it is killed right after', async () => {
    const worker = await start()
    for (let seq = 1; seq <= 5; seq++) {
      expect(await post(worker, '/push', { ...count, seq })).toMatchObject({ applied: true })
      await worker.restart()
      expect(valuesIn(await snapshot(worker), 'requests')).toEqual(Array(20).fill(seq))
      expect(await post(worker, '/push', { ...count, seq })).toMatchObject({ applied: false })
    }
  })

  it('takes more than 200 pushes of 20 series a second', async () => {
    const worker = await start()
    await post(worker, '/parallel/100', count)
    const startMs = performance.now()
    await post(worker, '/parallel/1000', count)
    const perSecond = 1000 / ((performance.now() - startMs) / 1000)
    console.log(`${Math.round(perSecond)} pushes a second`)
    expect(perSecond).toBeGreaterThan(200)
  })

  it.each([
    [20, 1990, 1000, 9900],
    [5, 1998, 3500, 9990],
  ])(
    'takes %i counters of %i series of %i characters, and gives them back as one page',
    async (counters, sets, length, series) => {
      const worker = await start()
      expect(await post(worker, `/large/${counters}/${sets}/${length}`)).toEqual({
        acknowledged: counters * sets,
        dropped: {},
        refused: [],
        pending: 0,
      })
      const response = await fetch(`${worker.url}/metrics`, {
        headers: { authorization: 'Bearer s3cret' },
      })
      expect(response.status).toBe(200)
      const values = [...(await response.text()).matchAll(/^large_\d+_total\{.*\} (\d+)$/gm)]
      expect(values.length).toBeGreaterThanOrEqual(series)
      expect(values.reduce((sum, [, value]) => sum + Number(value), 0)).toBe(counters * sets)
    },
  )

  it('counts 20,000 requests to 4 isolates exactly, with losses, deaths and a restart', async () => {
    const sink = await collector()
    let exports = 0
    sink.respond = () => (++exports % 5 === 0 ? { status: 503 } : {})
    const worker = await start({ LOSS: 0.2, OTEL_EXPORTER_OTLP_ENDPOINT: sink.url })
    const half = 10_000
    let done = false
    const deaths = (async () => {
      while (!done) {
        await post(worker, `/die/${Math.random() < 0.5 ? 'AMS' : 'LHR'}`)
        await new Promise((resolve) => setTimeout(resolve, 300))
      }
    })()
    const first = await load({ url: worker.url, requests: half, clients: 8, path: pathOf })
    expect(first.errors).toBe(0)
    done = true
    await deaths
    await drain(worker)
    await expectExact(worker, half)

    await worker.restart()
    const path = (index: number) => pathOf(index + half)
    const second = await load({ url: worker.url, requests: half, clients: 8, path })
    expect(second.errors).toBe(0)
    await drain(worker)
    await expectExact(worker, 2 * half)

    // What the collector has after its failures is the same, once each shard got through.
    sink.clear()
    const latest = () =>
      sink.metrics().filter(({ name }) => name === 'http.server.request.duration')
    const instanceOf = (metric: ReturnType<typeof latest>[0]) =>
      String(metric.resource['service.instance.id'])
    await sink.waitFor(() => new Set(latest().map(instanceOf)).size === 2, 10_000)
    const byShard = new Map(latest().map((metric) => [instanceOf(metric), metric]))
    expect([...byShard.keys()].sort()).toEqual(['aggregator/AMS', 'aggregator/LHR'])
    const counts = [...byShard.values()].flatMap(({ points }) =>
      points.map((point) => Number(point.count)),
    )
    expect(counts.reduce((total, one) => total + one, 0)).toBe(2 * half)
  })
})
