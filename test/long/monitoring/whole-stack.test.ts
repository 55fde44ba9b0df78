import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findPrograms } from '../../../scripts/monitor/programs.ts'
import { type Bank, startBank } from '../../e2e/shop/bank.ts'
import { orderTrace } from '../../e2e/shop/order-trace.ts'
import { sizeOf, spansOfTrace, treeOf } from '../../e2e/shop/span-tree.ts'
import { startShop } from '../../e2e/shop/start-shop.ts'
import { startSink } from '../../support/otlp-sink.ts'
import { checkSpans } from '../../support/span-checks.ts'
import type { RunningWorker } from '../../support/worker.ts'
import { startTestStack, type TestStack } from './collector-stack.ts'
import { boardQueries, OF_EXPORTERS } from './dashboards-queries.ts'
import { startWebhook, type Webhook } from './servers.ts'
import { quickConfigs } from './whole-configs.ts'
import { type Jaeger, jaegerAt } from './whole-jaeger.ts'
import { type Relay, startRelay } from './whole-relay.ts'
import { type Sources, startSources } from './whole-sources.ts'
import { type Traffic, trafficTo } from './whole-traffic.ts'

const ADMIN_TOKEN = 'let-me-in'
const SERVER = 2
const soon = { timeout: 60_000, interval: 250 }

const { prometheus, alertmanager, collector, jaeger: jaegerProgram, loki } = findPrograms()
const needed = { prometheus, alertmanager, collector }
const missing = Object.entries(needed).flatMap(([name, path]) => (path ? [] : [name]))
if (missing.length > 0) {
  console.warn(
    `The whole stack is NOT TESTED, for want of ${missing}: npm run test:stack says how.`,
  )
} else if (!jaegerProgram) {
  console.warn('Traces in a real Jaeger are NOT TESTED: npm run test:stack builds one, with Go.')
}

describe.runIf(missing.length === 0)('the shop, the Collector and all that is behind it', () => {
  const stops: (() => unknown)[] = []
  let shop: RunningWorker
  let bank: Bank
  let webhook: Webhook
  let stack: TestStack
  let relay: Relay
  let sources: Sources
  let traffic: Traffic
  let jaeger: Jaeger

  beforeAll(async () => {
    const configs = await mkdtemp(join(tmpdir(), 'whole-'))
    stops.push(() => rm(configs, { recursive: true, force: true }))
    await quickConfigs(configs)
    webhook = await startWebhook()
    stops.push(() => webhook.close())
    bank = await startBank()
    stops.push(() => bank.close())
    // In the place of stores that are not here is one that refuses, for the Collector to count.
    const refusing = await startSink({ respond: () => ({ status: 400 }) })
    stops.push(() => refusing.close())
    const stores = { TEMPO_OTLP_URL: refusing.url, ...(!loki && { LOKI_OTLP_URL: refusing.url }) }
    stack = await startTestStack(stores, findPrograms(), {
      configs,
      ports: { webhook: webhook.port },
    })
    stops.push(() => stack.stop())
    console.log(`Runs: ${stack.servers.join(', ')}. NOT TESTED: ${stack.missing.join('; ')}`)
    relay = await startRelay(stack.otlpUrl)
    stops.push(() => relay.close())
    shop = await startShop({
      OTEL_EXPORTER_OTLP_ENDPOINT: relay.url,
      OTEL_METRIC_EXPORT_INTERVAL: '1000',
      OTEL_LOGS_EXPORTER: 'otlp',
      ADMIN_TOKEN,
      UPSTREAM_URL: bank.url,
    })
    stops.push(() => shop.stop())
    sources = await startSources(shop, stack.otlpUrl)
    stops.push(() => sources.stop())
    traffic = trafficTo(shop, ADMIN_TOKEN)
    jaeger = jaegerAt(stack.ports.jaeger)
  })

  afterAll(async () => {
    for (const stop of stops.reverse()) await stop()
  })

  const probe = async (): Promise<number> => (await fetch(`${shop.url}/health`)).status

  /** The requests that Prometheus knows of, as `traffic.sent` has them. */
  const counted = async (): Promise<Record<string, number>> => {
    const { result } = await stack.prometheus<{
      result: { metric: Record<string, string>; value: [number, string] }[]
    }>('query', {
      query:
        'sum by (http_request_method, http_route, http_response_status_code) (http_server_request_duration_seconds_count{job="shop"})',
    })
    return Object.fromEntries(
      result.map(({ metric, value }) => [
        `${metric.http_request_method} ${metric.http_route ?? ''} ${metric.http_response_status_code}`,
        Number(value[1]),
      ]),
    )
  }

  it('knows the health of a shop that nobody but a probe asks', async () => {
    const status = 'app_health_check_status{job="shop"}'
    await expect
      .poll(async () => {
        expect(await probe()).toBe(200)
        return (await stack.values(status)).length
      }, soon)
      .toBe(3)
    expect(await stack.values(`${status} == 1`)).toHaveLength(3)
    const passed =
      'sum by (app_health_check_name) (app_health_check_duration_seconds_count{app_health_check_outcome="pass"}) > 0'
    await expect.poll(() => stack.values(passed), soon).toHaveLength(3)
    // Probes are no requests.
    expect(await counted()).toEqual({})
  })

  it('counts every request once, by route and status', async () => {
    await traffic.everything()
    bank.status = 503
    await traffic.many(200, '/products', '/products')
    await traffic.many(150, '/products/2', '/products/:id')
    await traffic.many(3, '/boom', '/boom')
    bank.status = 201
    await traffic.everything()
    expect(Object.keys(traffic.sent).length).toBeGreaterThan(12)
    await expect.poll(counted, soon).toEqual(traffic.sent)
  })

  it.runIf(jaegerProgram)(
    'has the whole of an order in Jaeger, and each span below its parent',
    async () => {
      const expected = orderTrace(shop.url, bank.url)
      const ofOrders = async () => {
        const spans = await jaeger.search('shop', 'POST /orders')
        const roots = spans.filter(
          ({ name, kind, attributes }) =>
            name === 'POST /orders' &&
            kind === SERVER &&
            attributes['http.response.status_code'] === 201,
        )
        // The first of everything is marked as a cold start.
        const root = roots.toSorted((a, b) =>
          a.startTimeUnixNano < b.startTimeUnixNano ? 1 : -1,
        )[0]
        return { root, roots, spans: spansOfTrace(spans, root) }
      }
      await expect.poll(async () => (await ofOrders()).roots.length, soon).toBe(2)
      await expect.poll(async () => (await ofOrders()).spans.length, soon).toBe(sizeOf(expected))
      const { root, spans } = await ofOrders()
      if (!root) throw new Error('There is no order')
      expect(root.parentSpanId).toBe('')
      expect(treeOf(spans, root)).toEqual(expected)
      expect(checkSpans(spans)).toEqual([])
      // By its id, it is the same.
      const byId = await jaeger.trace(root.traceId)
      expect(new Set(byId.map(({ spanId }) => spanId))).toEqual(
        new Set(spans.map(({ spanId }) => spanId)),
      )
    },
  )

  it.runIf(jaegerProgram).each([
    ['the shop', 'http_server_request_duration_seconds_bucket{job="shop"}'],
    ['its Workflow', 'hono_workflow_run_duration_seconds_bucket{job="shop"}'],
    ['the Collector', 'traces_span_metrics_duration_seconds_bucket{job="shop"}'],
  ])(
    'has examples, by %s, that lead from Prometheus to their spans in Jaeger',
    async (_, query) => {
      const exemplars = async () => {
        const series = await stack.prometheus<
          { exemplars: { labels: { trace_id: string; span_id: string } }[] }[]
        >('query_exemplars', {
          query,
          start: `${Date.now() / 1000 - 600}`,
          end: `${Date.now() / 1000 + 5}`,
        })
        return series.flatMap((one) => one.exemplars.map(({ labels }) => labels))
      }
      await expect.poll(async () => (await exemplars()).length, soon).toBeGreaterThan(0)
      for (const { trace_id, span_id } of await exemplars()) {
        const spans = await jaeger.trace(trace_id)
        expect(spans.map(({ spanId }) => spanId)).toContain(span_id)
      }
    },
  )

  it.runIf(jaegerProgram && loki)('has the lines of the same trace in Loki', async () => {
    const [span] = await jaeger.search('shop', 'POST /orders')
    const parameters = new URLSearchParams({
      query: `{service_name="shop"} | trace_id = "${span?.traceId}"`,
      since: '10m',
    })
    const lines = async () => {
      const url = `http://127.0.0.1:${stack.ports.loki}/loki/api/v1/query_range?${parameters}`
      const { data } = (await (await fetch(url)).json()) as { data: { result: unknown[] } }
      return data.result.length
    }
    await expect.poll(lines, soon).toBeGreaterThan(0)
  })

  it('tells a webhook of errors, with the runbook', async () => {
    await traffic.many(60, '/boom', '/boom')
    await expect
      .poll(() => webhook.last('ErrorRatioHigh'), soon)
      .toMatchObject({
        status: 'firing',
        labels: { service: 'shop', severity: 'critical', team: 'application' },
        annotations: { runbook_url: 'https://runbooks.example.com/shop/ErrorRatioHigh.md' },
      })
    const firing = 'ALERTS{alertname="ErrorRatioHigh",alertstate="firing"}'
    expect(await stack.values(firing)).toEqual([1])
    const url = `http://127.0.0.1:${stack.ports.alertmanager}/api/v2/alerts?filter=alertname="ErrorRatioHigh"`
    expect(await (await fetch(url)).json()).toMatchObject([{ status: { state: 'active' } }])
  })

  it('has data for every query of every dashboard', async () => {
    const asked = boardQueries('.+').filter(
      ({ source, origin }) => source === 'prometheus' && !OF_EXPORTERS.includes(origin),
    )
    expect(asked.length).toBeGreaterThan(90)
    let beats = 0
    const empty = async (): Promise<string[]> => {
      // What is lost now and then, for those who count what is lost.
      relay.refuses = beats++ % 4 === 1
      await traffic.everything()
      await Promise.all([probe(), sources.beat()])
      relay.refuses = false
      const found: string[] = []
      for (const { where, expr } of asked) {
        const values = await stack.values(expr)
        if (values.every(Number.isNaN)) found.push(`${where}: ${expr}`)
      }
      return found
    }
    await expect.poll(empty, { timeout: 120_000, interval: 1000 }).toEqual([])
  })

  it('tells of the recovery, and has lost count of nothing', async () => {
    const [errors = 0] = await stack.values(
      'sum(http_server_request_duration_seconds_count{job="shop",http_response_status_code=~"5.."})',
    )
    // Until those of the last 5 minutes are few among all.
    await traffic.many(errors * 25, '/products/1', '/products/:id')
    await expect.poll(() => webhook.last('ErrorRatioHigh')?.status, soon).toBe('resolved')
    await expect.poll(counted, soon).toEqual(traffic.sent)
  })
})
