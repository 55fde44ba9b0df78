import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { mergeShards, readAggregator } from '../../../src/aggregator/read.ts'
import type {
  AggregatorNamespace,
  ResourceMetrics,
  SnapshotQuery,
} from '../../../src/export/aggregator/protocol.ts'
import type { MetricData } from '../../../src/metrics/data.ts'
import { prometheusRoute } from '../../../src/prometheus/route.ts'
import { Cluster } from './cluster.ts'
import {
  exponential,
  exponentialPoint,
  gauge,
  histogram,
  histogramPoint,
  NOW_MS,
  numberPoint,
  push,
  sum,
} from './metrics.ts'

vi.mock('cloudflare:workers', () => ({
  DurableObject: class {
    protected ctx: unknown
    protected env: unknown
    constructor(ctx: unknown, env: unknown) {
      this.ctx = ctx
      this.env = env
    }
  },
}))

beforeEach(() => vi.useFakeTimers({ now: NOW_MS, toFake: ['Date'] }))
afterEach(() => vi.useRealTimers())

const SHARDS = ['AMS', 'LHR', 'NRT']
const byJson = (a: unknown, b: unknown): number => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)

/** The same whatever the order. */
const sorted = (resources: readonly ResourceMetrics[]) =>
  resources
    .map(({ resource, metrics }) => ({
      resource,
      metrics: metrics
        .map((metric) => ({ ...metric, points: [...metric.points].sort(byJson) }))
        .sort(byJson),
    }))
    .sort(byJson)

const metricsOf = (shard: number): MetricData[] => [
  sum(
    [0, 1, 2, 3].map((i) => numberPoint(1 + i + 10 * shard, { i: i + shard })),
    { name: 'b.requests' },
  ),
  sum([numberPoint(1)], { name: 'b_requests', scope: { name: 'other' } }),
  gauge([numberPoint(shard, { '': 1, shard })], { name: 'a' }),
  histogram([histogramPoint([0.05, 5], { s: 'x' }), histogramPoint([50], { s: `${shard}` })]),
  exponential([exponentialPoint([1, 2, 300], 3)]),
  // Kinds that cannot be added: shards that first saw different versions.
  shard ? gauge([numberPoint(1)], { name: 'mixed' }) : sum([numberPoint(1)], { name: 'mixed' }),
]

const fill = async (cluster: Cluster): Promise<void> => {
  for (const [index, shard] of SHARDS.entries()) {
    for (const name of ['shop', `only-${shard}`]) {
      await cluster.object(shard).push(
        push(metricsOf(index), {
          instance: `${shard} ${name}`,
          shard,
          sealedMs: Date.now(),
          resource: { 'service.name': name },
        }),
      )
    }
    await cluster.object('registry').register(shard)
  }
}

/** Pages of one series each, or as many bytes as given, with what happens before each. */
const pagedBy = (
  cluster: Cluster,
  maxBytes = 1,
  before: (query: SnapshotQuery) => void = () => {},
): AggregatorNamespace =>
  ({
    idFromName: (name: string) => name,
    get: (name: string) => ({
      shards: () => cluster.object(name).shards(),
      snapshot: (query: SnapshotQuery) => {
        before(query)
        return cluster.object(name).snapshot({ ...query, maxBytes })
      },
    }),
  }) as unknown as AggregatorNamespace

const whole = async (cluster: Cluster, nowMs: number): Promise<ResourceMetrics[]> =>
  mergeShards(await Promise.all(SHARDS.map((name) => cluster.object(name).snapshot())), nowMs)

describe('totals read in pages', () => {
  it.each([1, 700, 5000, 1e9])('of %i bytes are those read at once', async (maxBytes) => {
    const cluster = new Cluster()
    await fill(cluster)
    const nowMs = Date.now()
    const paged = await readAggregator(pagedBy(cluster, maxBytes), nowMs)
    const once = await whole(cluster, nowMs)
    const stable = (resources: ResourceMetrics[]) =>
      JSON.parse(JSON.stringify(sorted(resources)).replace(/"(start|time)Ms":\d+/g, '"ms":0'))
    expect(stable(paged)).toEqual(stable(once))
    expect(paged).toHaveLength(4)
  })

  it('are the same when objects restart between pages', async () => {
    const cluster = new Cluster()
    await fill(cluster)
    const nowMs = Date.now()
    const undisturbed = await readAggregator(pagedBy(cluster), nowMs)
    const paged = await readAggregator(
      pagedBy(cluster, 1, () => cluster.evict()),
      nowMs,
    )
    expect(JSON.stringify(paged)).toBe(JSON.stringify(undisturbed))
  })

  it('are whole from objects of a version without pages', async () => {
    const cluster = new Cluster()
    await fill(cluster)
    const nowMs = Date.now()
    const namespace = {
      idFromName: (name: string) => name,
      get: (name: string) => ({
        shards: () => cluster.object(name).shards(),
        snapshot: () => cluster.object(name).snapshot(),
      }),
    } as unknown as AggregatorNamespace
    const read = await readAggregator(namespace, nowMs)
    const once = await whole(cluster, nowMs)
    expect(sorted(read).map(({ resource }) => resource)).toEqual(
      sorted(once).map(({ resource }) => resource),
    )
    expect(read.flatMap(({ metrics }) => metrics).length).toBe(
      once.flatMap(({ metrics }) => metrics).length,
    )
  })

  it('break off when a shard is lost on the way, and are refused when it never answers', async () => {
    const cluster = new Cluster()
    await fill(cluster)
    let calls = 0
    const losing = (after: number) => ({
      METRICS: pagedBy(cluster, 1, () => {
        if (++calls > after) throw new Error('gone')
      }),
    })
    const app = prometheusRoute({ aggregator: 'METRICS', public: true })
    expect((await app.request('/metrics', {}, losing(0))).status).toBe(503)
    calls = 0
    await (await app.request('/metrics', {}, losing(1e9))).text()
    const almost = calls - 2
    calls = 0
    const response = await app.request('/metrics', {}, losing(almost))
    expect(response.status).toBe(200)
    await expect(response.text()).rejects.toThrow('gone')
  })
})

describe('a page of 35 MB', () => {
  const VALUE = 'x'.repeat(3500)
  const SETS = 1999

  const fillLarge = async (cluster: Cluster): Promise<void> => {
    for (let metric = 0; metric < 5; metric++) {
      for (let from = 0; from < SETS; from += 200) {
        const points = Array.from({ length: Math.min(200, SETS - from) }, (_, i) =>
          numberPoint(1, { long: `${VALUE}${from + i}` }),
        )
        await cluster.object('AMS').push(
          push([sum(points, { name: `m${metric}` })], {
            instance: `${metric} ${from}`,
            shard: 'AMS',
            sealedMs: Date.now(),
          }),
        )
      }
    }
    await cluster.object('registry').register('AMS')
  }

  it('is sent in full, and read no faster than it is taken', { timeout: 120_000 }, async () => {
    const cluster = new Cluster()
    await fillLarge(cluster)
    let pages = 0
    let largest = 0
    const METRICS = {
      idFromName: (name: string) => name,
      get: (name: string) => ({
        shards: () => cluster.object(name).shards(),
        snapshot: async (query: SnapshotQuery) => {
          pages++
          const page = await cluster.object(name).snapshot(query)
          largest = Math.max(largest, JSON.stringify(page).length)
          return page
        },
      }),
    }
    const app = prometheusRoute({ aggregator: 'METRICS', public: true, scopeLabels: false })
    const response = await app.request('/metrics', {}, { METRICS })
    expect(response.status).toBe(200)
    const reader = (response.body as ReadableStream<Uint8Array>).getReader()
    const decoder = new TextDecoder()
    let series = 0
    let rest = decoder.decode((await reader.read()).value, { stream: true })
    const pagesOfFirst = pages
    for (;;) {
      const { done, value } = await reader.read()
      if (done) break
      expect(value.byteLength).toBeLessThan(100_000)
      const lines = (rest + decoder.decode(value, { stream: true })).split('\n')
      rest = lines.pop() ?? ''
      series += lines.filter((line) => /^m\d_total\{/.test(line)).length
    }
    expect(series).toBe(5 * SETS)
    // Of all pages, no more than one metric takes, and each far below what RPC carries.
    expect(pages).toBeGreaterThan(8)
    expect(pagesOfFirst).toBeLessThan(pages / 2)
    expect(largest).toBeLessThan(8 << 20)
  })
})

it('a page holds at least one series, and says where the next begins', async () => {
  const cluster = new Cluster()
  await fill(cluster)
  const first = await cluster.object('AMS').snapshot({ maxBytes: 0 })
  const points = first.resources.flatMap(({ metrics }) =>
    metrics.flatMap((metric) => [...metric.points] as object[]),
  )
  expect(points).toHaveLength(1)
  expect(first.resources.map(({ resource }) => resource['service.name'])).toEqual([
    'shop',
    'only-AMS',
  ])
  expect(first.next).toBeDefined()
})
