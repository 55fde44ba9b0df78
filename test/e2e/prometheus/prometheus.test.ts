import { get } from 'node:http'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { MetricData } from '../../../src/metrics/data.ts'
import { renderPrometheus } from '../../../src/prometheus/render.ts'
import { load } from '../../support/load.ts'
import type { RunningWorker } from '../../support/worker.ts'
import {
  exponential,
  exponentialPoint,
  gauge,
  histogram,
  histogramPoint,
  numberPoint,
  sum,
} from '../../unit/aggregator/metrics.ts'
import { ISOLATES, startIsolates } from '../aggregator/start.ts'
import { checkMetrics, isInstalled, type Prometheus, startPrometheus } from './server.ts'

const hasPrometheus = isInstalled('promtool') && isInstalled('prometheus')
if (!hasPrometheus) {
  console.warn(
    'Not checked with the real Prometheus: `promtool` and `prometheus` are not installed (apt-get install prometheus).',
  )
}

const REQUESTS = 1200
const ROUTES = ['orders', 'cart', 'search']
const prefixes = ['', ...ISOLATES.map((name) => `/isolate/${name}`)]
const pathOf = (index: number): string => {
  const route = ROUTES[Math.floor(index / 4) % 3]
  return `${prefixes[index % 4]}/jobs/${route}?ms=${index % 300}&shard=${['AMS', 'LHR'][index % 2]}`
}
const authorization = 'Bearer s3cret'

let worker: RunningWorker

beforeAll(async () => {
  worker = await startIsolates()
  const { errors } = await load({
    url: worker.url,
    requests: REQUESTS,
    clients: 4,
    path: pathOf,
  })
  expect(errors).toBe(0)
  for (const prefix of prefixes) {
    const response = await fetch(`${worker.url}${prefix}/drain?shard=AMS`, { method: 'POST' })
    expect(response.status).toBe(200)
  }
})

afterAll(() => worker?.stop())

const scrape = async (headers: Record<string, string> = {}) => {
  const response = await fetch(`${worker.url}/metrics`, { headers: { authorization, ...headers } })
  expect(response.status).toBe(200)
  return response
}

describe('/metrics of a Worker', () => {
  it('is closed without the token', async () => {
    expect((await fetch(`${worker.url}/metrics`)).status).toBe(403)
  })

  it('has the totals of all shards', async () => {
    const text = await (await scrape()).text()
    for (const route of ROUTES) {
      const labels = `http_response_status_code="200",http_route="/${route}",otel_scope_name="test"`
      expect(text).toContain(`shop_requests_total{${labels}} 400\n`)
      expect(text).toContain(`http_server_request_duration_seconds_count{${labels}} 400\n`)
    }
    expect(text).toContain('target_info{service_instance_id="aggregator",service_name="shop"} 1\n')
  })

  it('is compressed once', async () => {
    const { body, encoding } = await raw('gzip')
    expect(encoding).toBe('gzip')
    expect(gunzipSync(body).toString()).toContain('shop_requests_total{')
    expect((await raw('identity')).body.toString()).toContain('shop_requests_total{')
  })

  it('goes on after a restart where it was', async () => {
    const before = await (await scrape()).text()
    await worker.restart()
    const after = await (await scrape()).text()
    const own = (line: string) => line.startsWith('shop_') || line.startsWith('http_')
    expect(after.split('\n').filter(own)).toEqual(before.split('\n').filter(own))
  })
})

/** `fetch` would undo the encoding. */
const raw = (encoding: string): Promise<{ body: Buffer; encoding: string | undefined }> =>
  new Promise((resolve, reject) => {
    const headers = { authorization, 'accept-encoding': encoding }
    get(`${worker.url}/metrics`, { headers }, async (response) => {
      const body = Buffer.concat(await response.toArray())
      resolve({ body, encoding: response.headers['content-encoding'] })
    }).on('error', reject)
  })

const everyKind: MetricData[] = [
  sum([numberPoint(3, { 'http.route': '/a"\\\n\0é' })], {
    name: 'requests',
    description: 'Requests "of\nall" \\ kinds',
    temporality: 'cumulative',
  }),
  sum([numberPoint(-1)], { name: 'open', unit: '{connection}', monotonic: false }),
  gauge([numberPoint(0.5)], { name: 'load', unit: '1', description: 'Load' }),
  gauge([numberPoint(Number.NaN, { a: 1 }), numberPoint(Number.POSITIVE_INFINITY)]),
  histogram([histogramPoint([0.05, 0.5, 50], { le: 'x', 'a.b': 1, a_b: 2 })], {
    description: 'Durations',
    temporality: 'cumulative',
  }),
  exponential([exponentialPoint([1, 2, 3, 1000], 3, { a: 1 }), exponentialPoint([0, -5, 0.1], 2)], {
    description: 'Sizes',
    temporality: 'cumulative',
  }),
].map((metric) => ({ ...metric, temporality: 'cumulative' }) as MetricData)

describe.runIf(hasPrometheus)('promtool check metrics', () => {
  // Its advice on style is not about the format: help texts are the app's own.
  const complaints = (output: string) =>
    output.split('\n').filter((line) => line && !/no help text$/.test(line))

  it('takes the answer of a Worker', async () => {
    const { status, output } = checkMetrics(await (await scrape()).text())
    expect(complaints(output)).toEqual([])
    expect([0, 3]).toContain(status)
  })

  it('takes every kind of metric', () => {
    const resource = { 'service.name': 'shop "x"\n', list: ['a', 'b'] }
    const format = { openMetrics: false, keepsUtf8: false, scopes: true }
    const { output } = checkMetrics(renderPrometheus([{ resource, metrics: everyKind }], format))
    expect(complaints(output)).toEqual([])
  })

  it('would complain about a broken line', () => {
    expect(checkMetrics('a{b="c} 1\n').status).toBe(1)
  })
})

describe.runIf(hasPrometheus)('a real Prometheus', () => {
  let prometheus: Prometheus

  beforeAll(async () => {
    prometheus = await startPrometheus(worker.url, 's3cret')
  })

  afterAll(() => prometheus?.stop())

  it('scrapes OpenMetrics from the Worker without an error', async () => {
    const { activeTargets } = await prometheus.api<{
      activeTargets: { health: string; lastError: string }[]
    }>('targets')
    expect(activeTargets).toMatchObject([{ health: 'up', lastError: '' }])
    // It would store these as series of their own.
    expect(await prometheus.query('count({__name__=~".+_created"})', '')).toEqual({})
  })

  it('has the same numbers', async () => {
    const each = { '/orders': 400, '/cart': 400, '/search': 400 }
    const count = 'sum by (http_route) (http_server_request_duration_seconds_count)'
    expect(await prometheus.query(count, 'http_route')).toEqual(each)
    expect(
      await prometheus.query('sum by (http_route) (shop_requests_total)', 'http_route'),
    ).toEqual(each)
    const bucket = 'sum(http_server_request_duration_seconds_bucket{le="0.1"})'
    const below = Array.from({ length: REQUESTS }, (_, index) => index % 300).filter(
      (ms) => ms <= 100,
    )
    expect(await prometheus.query(bucket, '')).toEqual({ '': below.length })
    const sums = await prometheus.query('sum(http_server_request_duration_seconds_sum)', '')
    expect(sums['']).toBeCloseTo((4 * (299 * 300)) / 2 / 1000, 9)
  })

  it('knows units, types and the service', async () => {
    const metadata = await prometheus.api<Record<string, unknown[]>>('metadata')
    expect(metadata.http_server_request_duration_seconds).toEqual([
      { type: 'histogram', unit: 'seconds', help: '' },
    ])
    expect(await prometheus.query('target_info', 'service_name')).toEqual({ shop: 1 })
  })

  it('sees what is added', async () => {
    const before = await prometheus.query('sum(shop_requests_total)', '')
    for (let i = 0; i < 20; i++) await fetch(`${worker.url}/jobs/orders?shard=AMS`)
    await fetch(`${worker.url}/drain?shard=AMS`, { method: 'POST' })
    await expect
      .poll(() => prometheus.query('sum(shop_requests_total)', ''), { timeout: 20_000 })
      .toEqual({ '': (before[''] ?? 0) + 20 })
    const query = 'sum(increase(shop_requests_total[1m])) > 0'
    expect(Object.keys(await prometheus.query(query, ''))).toEqual([''])
  })
})

describe.runIf(hasPrometheus)("Prometheus's parser of OpenMetrics", () => {
  let prometheus: Prometheus
  let stop: () => void = () => {}

  beforeAll(async () => {
    const { createServer } = await import('node:http')
    const exemplars = [
      { timeMs: Date.now(), value: 0.5, traceId: 'a'.repeat(32), spanId: 'b'.repeat(16) },
    ]
    const metrics = everyKind.map((metric) => ({
      ...metric,
      points: metric.points.map((point) => ({ ...point, exemplars })),
    })) as MetricData[]
    const format = { openMetrics: true, keepsUtf8: false, scopes: true }
    const body = renderPrometheus([{ resource: { 'service.name': 'x\n"' }, metrics }], format)
    const server = createServer((_, response) => {
      response.setHeader(
        'content-type',
        'application/openmetrics-text; version=1.0.0; charset=utf-8',
      )
      response.end(body)
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    stop = () => server.close()
    const { port } = server.address() as { port: number }
    prometheus = await startPrometheus(`http://127.0.0.1:${port}`, 'x')
  })

  afterAll(async () => {
    stop()
    await prometheus?.stop()
  })

  it('takes every kind of metric', async () => {
    expect(await prometheus.query('requests_total', 'http_route')).toEqual({ '/a"\\\n\uFFFDé': 3 })
    expect(await prometheus.query('open', '')).toEqual({ '': -1 })
    expect(await prometheus.query('load_ratio', '')).toEqual({ '': 0.5 })
    expect(await prometheus.query('duration_seconds_count', 'a_b')).toEqual({ '1;2': 3 })
    expect(await prometheus.query('size_bytes_count', 'a')).toEqual({ 1: 4, '': 3 })
  })

  it('finds quantiles of an exponential histogram within the width of a bucket', async () => {
    const query = 'histogram_quantile(0.5, size_bytes_bucket{a="1"})'
    const median = (await prometheus.query(query, ''))[''] ?? 0
    expect(median).toBeGreaterThan(1)
    expect(median).toBeLessThanOrEqual(2)
  })

  it('stores exemplars', async () => {
    const found = await prometheus.api<{ exemplars: { labels: object; value: string }[] }[]>(
      'query_exemplars',
      {
        query: 'duration_seconds_bucket',
        start: String(Date.now() / 1000 - 600),
        end: String(Date.now() / 1000 + 600),
      },
    )
    expect(found.flatMap(({ exemplars }) => exemplars)).toMatchObject([
      { labels: { trace_id: 'a'.repeat(32), span_id: 'b'.repeat(16) }, value: '0.5' },
    ])
  })
})
