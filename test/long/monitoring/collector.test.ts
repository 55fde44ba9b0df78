import { spawnSync } from 'node:child_process'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findPrograms } from '../../../scripts/monitor/programs.ts'
import { sendTraffic } from '../../../scripts/start/traffic.ts'
import { type Bank, startBank } from '../../e2e/shop/bank.ts'
import { startShop } from '../../e2e/shop/start-shop.ts'
import { type Sink, startSink } from '../../support/otlp-sink.ts'
import type { RunningWorker } from '../../support/worker.ts'
import { startTestStack, type TestStack } from './collector-stack.ts'
import { boardQueries } from './dashboards-queries.ts'

const COLLECTOR = `${import.meta.dirname}/../../../monitoring/collector`
const ADMIN_TOKEN = 'let-me-in'
const REQUESTS = 60
const programs = findPrograms()
if (!programs.collector) {
  console.warn('The Collector is not tested: npm run monitor:native -- --build makes one, with Go.')
}
if (!programs.prometheus) console.warn('Metrics of the Collector are not read: no `prometheus`.')

describe.runIf(programs.collector)('the Collector', () => {
  it.each(['dev', 'prod', 'dev victoria', 'prod victoria'])('takes the files for %s', (names) => {
    const files = ['common', ...names.split(' ')]
    const { status, stderr } = spawnSync(
      programs.collector as string,
      ['validate', ...files.map((file) => `--config=${COLLECTOR}/${file}.yaml`)],
      { encoding: 'utf8' },
    )
    expect(stderr).toBe('')
    expect(status).toBe(0)
  })
})

describe.runIf(programs.collector && programs.prometheus)('the stack as plain processes', () => {
  let jaeger: Sink
  let tempo: Sink
  let loki: Sink
  let bank: Bank
  let shop: RunningWorker
  let stack: TestStack

  beforeAll(async () => {
    jaeger = await startSink()
    tempo = await startSink()
    loki = await startSink()
    bank = await startBank()
    stack = await startTestStack({
      JAEGER_OTLP_URL: jaeger.url,
      TEMPO_OTLP_URL: tempo.url,
      LOKI_OTLP_URL: `${loki.url}/otlp`,
    })
    shop = await startShop({
      OTEL_EXPORTER_OTLP_ENDPOINT: stack.otlpUrl,
      OTEL_METRIC_EXPORT_INTERVAL: '1000',
      OTEL_LOGS_EXPORTER: 'otlp',
      ADMIN_TOKEN,
      UPSTREAM_URL: bank.url,
    })
    await sendTraffic({
      baseUrl: shop.url,
      adminToken: ADMIN_TOKEN,
      closeDay: async (scheduledTime) => {
        await shop.scheduled({ cron: '50 23 * * *', scheduledTime })
      },
      onSent: () => {},
      signal: AbortSignal.timeout(60_000),
    })
    for (let i = 0; i < REQUESTS; i++) await fetch(`${shop.url}/products/${1 + (i % 3)}`)
  }, 120_000)

  afterAll(async () => {
    await shop?.stop()
    await stack?.stop()
    for (const sink of [jaeger, tempo, loki]) await sink?.close()
    bank?.close()
  })

  const servers = (sink: Sink) =>
    sink.spans().filter(({ name, kind }) => kind === 2 && name === 'GET /products/:id')

  const post = async (signal: string, body: object): Promise<void> => {
    const response = await fetch(`${stack.otlpUrl}/v1/${signal}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    expect(response.status).toBe(200)
  }

  it('starts what is here and names what is not', () => {
    expect(stack.servers).toContain('collector')
    expect(stack.servers).toContain('prometheus')
    expect(stack.missing.join()).toContain('loki (npm run monitor:native -- --build-loki')
    expect(stack.missing.join()).toContain('jaeger (npm run monitor:native -- --build')
    expect(stack.missing.join()).toContain('grafana, tempo and cadvisor (containers')
  })

  it('hands every span on, once, to both stores of traces', async () => {
    for (const sink of [jaeger, tempo]) {
      await sink.waitFor(() => servers(sink).length >= REQUESTS, 30_000)
      expect(servers(sink)).toHaveLength(REQUESTS)
      const ids = sink.spans().map(({ traceId, spanId }) => `${traceId} ${spanId}`)
      expect(new Set(ids).size).toBe(ids.length)
    }
  })

  it('brings the totals of the aggregator to Prometheus, exactly', async () => {
    const query =
      'sum(http_server_request_duration_seconds_count{job="shop",http_route="/products/:id",http_response_status_code="200"})'
    await expect.poll(() => stack.values(query), { timeout: 30_000 }).toEqual([REQUESTS])
    expect(await stack.values('sum(shop_orders_total{job="shop"})')).toEqual([1])
    expect(await stack.values('shop_order_value_EUR_count')).toEqual([1])
  })

  it('hands every access line on to the store of logs, once', async () => {
    const lines = () =>
      loki.logRecords().filter(({ attributes }) => attributes['http.route'] === '/products/:id')
    await loki.waitFor(() => lines().length >= REQUESTS, 30_000)
    expect(lines()).toHaveLength(REQUESTS)
    expect(new Set(lines().map(({ traceId }) => traceId)).size).toBe(REQUESTS)
  })

  it('adds deltas up', async () => {
    const nowMs = Date.now()
    for (const [index, value] of [3, 4, 5].entries()) {
      const startTimeUnixNano = `${nowMs - 4000 + index * 1000}000000`
      const timeUnixNano = `${nowMs - 3000 + index * 1000}000000`
      const dataPoints = [{ startTimeUnixNano, timeUnixNano, asInt: `${value}`, attributes: [] }]
      const sum = { aggregationTemporality: 1, isMonotonic: true, dataPoints }
      const environment = { key: 'deployment.environment.name', value: { stringValue: 'test' } }
      const name = { key: 'service.name', value: { stringValue: 'process' } }
      await post('metrics', {
        resourceMetrics: [
          {
            resource: { attributes: [name, environment] },
            scopeMetrics: [{ scope: {}, metrics: [{ name: 'test.deltas', unit: '{delta}', sum }] }],
          },
        ],
      })
    }
    const query = 'test_deltas_total{job="process",deployment_environment_name="test"}'
    await expect.poll(() => stack.values(query), { timeout: 30_000 }).toEqual([12])
  })

  it('masks secrets on their way to the store of logs', async () => {
    const text = (key: string, stringValue: string) => ({ key, value: { stringValue } })
    await post('logs', {
      resourceLogs: [
        {
          resource: { attributes: [text('service.name', 'process')] },
          scopeLogs: [
            {
              scope: { name: 'app' },
              logRecords: [
                {
                  timeUnixNano: `${Date.now()}000000`,
                  severityNumber: 9,
                  severityText: 'INFO',
                  body: { stringValue: 'signed in with Bearer abcdefgh12345678' },
                  attributes: [
                    text('user.password', 'hunter2'),
                    text('http.request.header.authorization', 'Basic dXNlcjpwYXNz'),
                    text('gen_ai.usage.input_tokens', '12'),
                    text('note', 'key AKIAABCDEFGHIJKLMNOP'),
                  ],
                },
              ],
            },
          ],
        },
      ],
    })
    const own = () => loki.logRecords().filter(({ attributes }) => 'user.password' in attributes)
    await loki.waitFor(() => own().length > 0, 30_000)
    expect(loki.requests[0]?.path).toBe('/otlp/v1/logs')
    const sent = JSON.stringify(own().map(({ body, attributes }) => ({ body, attributes })))
    expect(sent).toContain('signed in with')
    expect(sent).toContain('"gen_ai.usage.input_tokens":"12"')
    for (const secret of ['hunter2', 'abcdefgh12345678', 'dXNlcjpwYXNz', 'AKIAABCDEFGHIJKLMNOP']) {
      expect(sent).not.toContain(secret)
    }
  })

  it('counts the spans, with examples that lead to their traces', async () => {
    const calls =
      'sum(traces_span_metrics_calls_total{job="shop",span_name="GET /products/:id",span_kind="SPAN_KIND_SERVER"})'
    await expect.poll(() => stack.values(calls), { timeout: 30_000 }).toEqual([REQUESTS])
    const [series] = await stack.prometheus<{ exemplars: { labels: { trace_id: string } }[] }[]>(
      'query_exemplars',
      {
        query: 'traces_span_metrics_duration_seconds_bucket{span_name="GET /products/:id"}',
        start: `${Date.now() / 1000 - 300}`,
        end: `${Date.now() / 1000 + 5}`,
      },
    )
    const traceIds = new Set(jaeger.spans().map(({ traceId }) => traceId))
    expect(series?.exemplars.length).toBeGreaterThan(0)
    for (const { labels } of series?.exemplars ?? []) expect(traceIds).toContain(labels.trace_id)
  })

  it('has data for every panel that asks for what it makes', async () => {
    const asked = boardQueries().filter(({ origin }) => origin === 'collector')
    expect(asked.length).toBeGreaterThan(5)
    const empty = async (): Promise<string[]> => {
      const found: string[] = []
      for (const { where, expr } of asked) {
        if ((await stack.values(expr)).length === 0) found.push(`${where}: ${expr}`)
      }
      return found
    }
    await expect.poll(empty, { timeout: 60_000, interval: 1000 }).toEqual([])
  })
})
