import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { readAggregator } from '../../../src/aggregator/read.ts'
import { protobuf } from '../../../src/entries/protobuf.ts'
import { DAY_MS } from '../../../src/export/aggregator/protocol.ts'
import type { MetricData } from '../../../src/metrics/data.ts'
import { type Sink, startSink } from '../../support/otlp-sink.ts'
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
  valuesOf,
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

const OWN = 'hono.aggregator.'
const sinks: Sink[] = []

beforeEach(() => vi.useFakeTimers({ now: NOW_MS, toFake: ['Date'] }))
afterEach(async () => {
  vi.useRealTimers()
  await Promise.all(sinks.splice(0).map((sink) => sink.close()))
})

const collector = async () => {
  const sink = await startSink()
  sinks.push(sink)
  return sink
}

let seq = 0
const send = (cluster: Cluster, shard: string, metrics: readonly MetricData[]) =>
  cluster.object(shard).push(
    push(
      metrics.map((metric) => ({
        ...metric,
        points: metric.points.map((point) => ({ ...point, timeMs: Date.now() })),
      })) as MetricData[],
      { seq: ++seq, sealedMs: Date.now(), shard, binding: 'METRICS' },
    ),
  )
const one = (attributes = {}) => [sum([numberPoint(1, attributes)])]
const shown = async (cluster: Cluster, shard: string) =>
  (await cluster.object(shard).snapshot()).resources

describe('MetricsAggregator', () => {
  it('gives totals under a name that stays', async () => {
    const cluster = new Cluster()
    await send(cluster, 'AMS', one())
    cluster.evict()
    await send(cluster, 'AMS', one())
    const [held] = await shown(cluster, 'AMS')
    expect(held?.resource).toEqual({
      'service.name': 'shop',
      'service.instance.id': 'aggregator/AMS',
    })
    expect(valuesOf(held ? [held] : [], 'requests')).toEqual({ '{}': 2 })
  })

  it('recovers from a failure to store', async () => {
    const cluster = new Cluster()
    await send(cluster, 'AMS', one())
    cluster.disk('AMS')?.failAfter(0)
    await expect(send(cluster, 'AMS', one())).rejects.toThrow('disk full')
    expect(valuesOf(await shown(cluster, 'AMS'), 'requests')).toEqual({ '{}': 1 })
    seq--
    expect(await send(cluster, 'AMS', one())).toMatchObject({ applied: true })
    expect(valuesOf(await shown(cluster, 'AMS'), 'requests')).toEqual({ '{}': 2 })
  })

  it('knows the shards by their names', async () => {
    const cluster = new Cluster()
    await cluster.object('registry').register('AMS')
    await cluster.object('registry').register('LHR')
    cluster.evict()
    expect(await cluster.object('registry').shards()).toEqual(['AMS', 'LHR'])
  })

  it('forgets a metric when told to', async () => {
    const cluster = new Cluster()
    await send(cluster, 'AMS', [...one({ a: 1 }), ...one({ a: 2 }), gauge([numberPoint(1)])])
    expect(await cluster.object('AMS').forget('requests')).toBe(2)
    cluster.evict()
    expect(valuesOf(await shown(cluster, 'AMS'), 'requests')).toEqual({})
    expect(valuesOf(await shown(cluster, 'AMS'), 'temperature')).toEqual({ '{}': 1 })
  })

  it.each([
    [{ intervalMs: 0 }, '`intervalMs` must be a whole number from 1 to 2147483647, received 0'],
    [{ cardinalityLimit: 1.5 }, '`cardinalityLimit` must be'],
    [{ maxSeries: -1 }, '`maxSeries` must be'],
    [{ maxIdleDays: 0 }, '`maxIdleDays` must be'],
    [{ otlp: { endpoint: 'collector:4318' } }, '`otlp.endpoint` must be an absolute http'],
    [{ otlp: { metrics: { url: 'ftp://x' } } }, '`otlp.metrics.url` must be an absolute http'],
    [{ otlp: { headers: { key: 'a\nb' } } }, '`otlp.headers.key` must be a legal header value'],
    [{ otlp: { protocol: 'grpc' as never } }, '`otlp.protocol` must be `http/json` or'],
    [{ otlp: { compression: 'br' as never } }, '`otlp.compression` must be one of'],
  ])('refuses to work with a wrong option: %o', async (options, message) => {
    const cluster = new Cluster()
    cluster.options = options
    await expect(send(cluster, 'AMS', one())).rejects.toThrow(
      `Cannot create the aggregator: ${message}`,
    )
  })
})

describe("the aggregator's alarm", () => {
  it('is set once, and not put off by later pushes', async () => {
    const cluster = new Cluster()
    cluster.env.OTEL_EXPORTER_OTLP_ENDPOINT = 'http://localhost:1'
    await send(cluster, 'AMS', one())
    expect(cluster.alarms.get('AMS')).toBe(NOW_MS + 60_000)
    vi.setSystemTime(NOW_MS + 59_000)
    cluster.evict()
    await send(cluster, 'AMS', one())
    expect(cluster.alarms.get('AMS')).toBe(NOW_MS + 60_000)
  })

  it('rings once a day when nothing is to be sent', async () => {
    const cluster = new Cluster()
    await send(cluster, 'AMS', one())
    expect(cluster.alarms.get('AMS')).toBe(NOW_MS + DAY_MS)
  })

  it('follows the environment', async () => {
    const cluster = new Cluster()
    cluster.env.OTEL_EXPORTER_OTLP_METRICS_ENDPOINT = 'http://localhost:1/v1/metrics'
    cluster.env.OTEL_METRIC_EXPORT_INTERVAL = '5000'
    await send(cluster, 'AMS', one())
    expect(cluster.alarms.get('AMS')).toBe(NOW_MS + 5000)
  })

  it.each([
    ['JSON', {}, { 'content-type': 'application/json' }],
    [
      'compressed protobuf',
      { protocol: protobuf, compression: 'gzip' as const },
      { 'content-type': 'application/x-protobuf', 'content-encoding': 'gzip' },
    ],
  ])('sends the totals as cumulative OTLP, as of now, in %s', async (_, form, sent) => {
    const sink = await collector()
    const cluster = new Cluster()
    cluster.options = { otlp: { endpoint: sink.url, headers: { 'x-key': 'secret' }, ...form } }
    await send(cluster, 'AMS', [
      ...one({ a: 'long'.repeat(500) }),
      gauge([numberPoint(2)]),
      histogram([histogramPoint([0.3, 7])]),
      exponential([exponentialPoint([0.3, 7], 3)]),
    ])
    vi.setSystemTime(NOW_MS + 60_000)
    await cluster.object('AMS').alarm()
    expect(sink.requests[0]).toMatchObject({
      path: '/v1/metrics',
      headers: { 'x-key': 'secret', ...sent },
    })
    const metrics = sink.metrics()
    expect(metrics.map(({ name }) => name).slice(0, 4)).toEqual([
      'requests',
      'temperature',
      'duration',
      'size',
    ])
    for (const metric of metrics) {
      expect(metric.resource['service.instance.id']).toBe('aggregator/AMS')
      for (const point of metric.points) {
        expect(point.timeUnixNano).toBe(BigInt(NOW_MS + 60_000) * 1_000_000n)
      }
    }
    expect(metrics[0]).toMatchObject({ temporality: 'cumulative', monotonic: true })
    expect(cluster.alarms.get('AMS')).toBe(NOW_MS + 120_000)
  })

  it('goes on after a failed export, and counts it', async () => {
    const sink = await collector()
    sink.respond = () => ({ status: 503 })
    const cluster = new Cluster()
    cluster.options = { otlp: { endpoint: sink.url } }
    await send(cluster, 'AMS', one())
    await cluster.object('AMS').alarm()
    await cluster.object('AMS').alarm()
    cluster.evict()
    expect(valuesOf(await shown(cluster, 'AMS'), `${OWN}export_failures`)).toEqual({
      '{"error.type":"http_503"}': 2,
    })
    expect(cluster.alarms.get('AMS')).toBe(NOW_MS + 60_000)
    sink.respond = () => ({})
    await cluster.object('AMS').alarm()
    expect(sink.metrics().find(({ name }) => name === 'requests')?.points).toMatchObject([
      { value: 1 },
    ])
  })

  it('counts points that the receiver rejects', async () => {
    const sink = await collector()
    const body = '{"partialSuccess":{"rejectedDataPoints":"1","errorMessage":"no"}}'
    sink.respond = () => ({ body })
    const cluster = new Cluster()
    cluster.options = { otlp: { endpoint: sink.url } }
    await send(cluster, 'AMS', one())
    await cluster.object('AMS').alarm()
    expect(valuesOf(await shown(cluster, 'AMS'), `${OWN}export_failures`)).toEqual({
      '{"error.type":"rejected"}': 1,
    })
  })

  it('splits what is too much for one request', async () => {
    const sink = await collector()
    const cluster = new Cluster()
    cluster.options = { otlp: { endpoint: sink.url }, cardinalityLimit: 5000 }
    const points = Array.from({ length: 4500 }, (_, i) => numberPoint(1, { i }))
    await send(cluster, 'AMS', [sum(points)])
    await cluster.object('AMS').alarm()
    expect(sink.requests.length).toBe(3)
    const sent = sink.metrics().filter(({ name }) => name === 'requests')
    expect(sent.flatMap((metric) => metric.points)).toHaveLength(4500)
  })

  it('does not tell an exemplar for ever', async () => {
    const sink = await collector()
    const cluster = new Cluster()
    cluster.options = { otlp: { endpoint: sink.url } }
    const exemplars = [{ timeMs: NOW_MS - 5, value: 7 }]
    await send(cluster, 'AMS', [histogram([{ ...histogramPoint([7]), exemplars }])])
    const told: number[] = []
    for (let minute = 1; minute <= 4; minute++) {
      vi.setSystemTime(NOW_MS + minute * 60_000)
      sink.clear()
      await cluster.object('AMS').alarm()
      const [duration] = sink.metrics().filter(({ name }) => name === 'duration')
      told.push(duration?.points[0]?.exemplars?.length ?? 0)
    }
    expect(told[0]).toBe(1)
    expect(told.slice(2)).toEqual([0, 0])
  })

  it('tells an exemplar whose push took longer than the interval', async () => {
    const sink = await collector()
    const cluster = new Cluster()
    cluster.options = { otlp: { endpoint: sink.url }, intervalMs: 1_000 }
    await send(cluster, 'AMS', [histogram([histogramPoint([7])])])
    vi.setSystemTime(NOW_MS + 30_000)
    await cluster.object('AMS').alarm()
    sink.clear()
    const exemplars = [{ timeMs: NOW_MS + 5_000, value: 8 }]
    await send(cluster, 'AMS', [histogram([{ ...histogramPoint([8]), exemplars }])])
    vi.setSystemTime(NOW_MS + 31_000)
    await cluster.object('AMS').alarm()
    const [duration] = sink.metrics().filter(({ name }) => name === 'duration')
    expect(duration?.points[0]?.exemplars).toMatchObject([{ value: 8 }])
  })

  it('removes idle series a day after they are last shown, and tells how many', async () => {
    const cluster = new Cluster()
    cluster.options = { maxIdleDays: 2 }
    await send(cluster, 'AMS', one({ a: 'old' }))
    for (let day = 1; day <= 4; day++) {
      vi.setSystemTime(NOW_MS + day * DAY_MS)
      await send(cluster, 'AMS', one({ a: 'new' }))
      await cluster.object('AMS').alarm()
      const values = valuesOf(await shown(cluster, 'AMS'), 'requests')
      expect(Object.keys(values)).toHaveLength(day < 4 ? 2 : 1)
    }
    cluster.evict()
    expect(valuesOf(await shown(cluster, 'AMS'), `${OWN}expired`)).toEqual({
      '{"kind":"series"}': 1,
    })
  })

  it('keeps a series that another shard still adds to', async () => {
    const cluster = new Cluster()
    cluster.options = { maxIdleDays: 2 }
    const registry = cluster.object('registry')
    for (const shard of ['AMS', 'LHR']) await registry.register(shard)
    await send(cluster, 'AMS', [...one({ a: 'shared' }), ...one({ a: 'old' })])
    for (let day = 1; day <= 5; day++) {
      vi.setSystemTime(NOW_MS + day * DAY_MS)
      await send(cluster, 'LHR', one({ a: 'shared' }))
      await cluster.object('AMS').alarm()
    }
    expect(valuesOf(await shown(cluster, 'AMS'), 'requests')).toEqual({ '{"a":"shared"}': 1 })
    const namespace = cluster.env.METRICS as Parameters<typeof readAggregator>[0]
    const merged = await readAggregator(namespace, Date.now())
    expect(valuesOf(merged, 'requests')).toEqual({ '{"a":"shared"}': 6 })
  })

  it('removes no series while it cannot ask the other shards', async () => {
    const cluster = new Cluster()
    cluster.options = { maxIdleDays: 1 }
    await send(cluster, 'AMS', one())
    vi.setSystemTime(NOW_MS + 10 * DAY_MS)
    const registry = cluster.object('registry')
    const shards = vi.spyOn(registry, 'shards').mockRejectedValue(new Error('overloaded'))
    await cluster.object('AMS').alarm()
    expect(valuesOf(await shown(cluster, 'AMS'), 'requests')).toEqual({ '{}': 1 })
    shards.mockRestore()
    vi.setSystemTime(NOW_MS + 11 * DAY_MS)
    await cluster.object('AMS').alarm()
    expect(valuesOf(await shown(cluster, 'AMS'), 'requests')).toEqual({})
  })

  it('removes the records of vanished instances', async () => {
    const cluster = new Cluster()
    await send(cluster, 'AMS', one())
    expect(valuesOf(await shown(cluster, 'AMS'), `${OWN}instances`)).toEqual({ '{}': 1 })
    vi.setSystemTime(NOW_MS + DAY_MS + 1)
    await cluster.object('AMS').alarm()
    expect(valuesOf(await shown(cluster, 'AMS'), `${OWN}instances`)).toEqual({ '{}': 0 })
    expect(valuesOf(await shown(cluster, 'AMS'), `${OWN}expired`)).toEqual({
      '{"kind":"instance"}': 1,
    })
  })
})
