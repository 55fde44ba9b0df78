import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parser } from '@prometheus-io/lezer-promql'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { allAlerts, ruleFiles } from '../../../monitoring/prometheus/source/build.ts'
import { METRICS, type Metric } from '../../../monitoring/prometheus/source/metrics.ts'
import { thresholds } from '../../../monitoring/thresholds.ts'
import { type Bank, startBank } from '../../e2e/shop/bank.ts'
import { startShop } from '../../e2e/shop/start-shop.ts'
import { load } from '../../support/load.ts'
import { type Sink, startSink } from '../../support/otlp-sink.ts'
import type { RunningWorker } from '../../support/worker.ts'
import { flagsForPrometheus2, writeConfigs } from './configs.ts'
import { freePort, startServer, startWebhook, type Webhook } from './servers.ts'
import { areInstalled, fences, MONITORING, run } from './tools.ts'

const METRICS_TOKEN = 'let-me-scrape'
const soon = { timeout: 40_000, interval: 250 }

const isInstalled = areInstalled(
  ['prometheus', 'prometheus-alertmanager', 'amtool'],
  'the way of an alert, by Prometheus and Alertmanager',
)

/** The names of metrics in an expression. */
const metricsIn = (expr: string): string[] => {
  const names: string[] = []
  parser.parse(expr).iterate({
    enter(node) {
      if (node.name === 'Identifier' && node.node.parent?.name === 'VectorSelector') {
        names.push(expr.slice(node.from, node.to))
      }
    },
  })
  return names
}

interface Vector {
  result: { metric: Record<string, string>; value: [number, string] }[]
}

interface ActiveAlert {
  labels: Record<string, string>
  status: { state: string; inhibitedBy: string[]; silencedBy: string[] }
}

describe.runIf(isInstalled)('the shop, Prometheus, Alertmanager and a webhook', () => {
  const stops: (() => unknown)[] = []
  let folder: string
  let shop: RunningWorker
  let bank: Bank
  let webhook: Webhook
  let prometheusUrl: string
  let alertmanagerUrl: string

  const api = async <T>(path: string, parameters: Record<string, string> = {}): Promise<T> => {
    const url = `${prometheusUrl}/api/v1/${path}?${new URLSearchParams(parameters)}`
    const answer = (await (await fetch(url)).json()) as { data: T; error?: string }
    if (answer.error) throw new Error(`${answer.error}: ${JSON.stringify(parameters)}`)
    return answer.data
  }
  const query = async (expression: string): Promise<Vector['result']> =>
    (await api<Vector>('query', { query: expression })).result
  const firing = async (): Promise<string[]> =>
    (await query('ALERTS{alertstate="firing"}')).map(({ metric }) => metric.alertname ?? '')
  const active = async (alertname: string): Promise<ActiveAlert | undefined> => {
    const filter = new URLSearchParams({ filter: `alertname="${alertname}"` })
    const response = await fetch(`${alertmanagerUrl}/api/v2/alerts?${filter}`)
    return ((await response.json()) as ActiveAlert[])[0]
  }

  const get = (requests: number, path: string) =>
    load({ url: shop.url, requests, clients: 8, path })
  const order = async (id: string): Promise<number> => {
    const headers = { 'content-type': 'application/json' }
    const items = [{ productId: 1, quantity: 1 }]
    await fetch(`${shop.url}/carts/${id}`, {
      method: 'PUT',
      headers,
      body: JSON.stringify({ items }),
    })
    const body = JSON.stringify({ cartId: id })
    return (await fetch(`${shop.url}/orders`, { method: 'POST', headers, body })).status
  }

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'alerting-'))
    stops.push(() => rmSync(folder, { recursive: true, force: true }))
    const sink: Sink = await startSink()
    stops.push(() => sink.close())
    bank = await startBank()
    stops.push(() => bank.close())
    webhook = await startWebhook()
    stops.push(() => webhook.close())
    shop = await startShop({
      OTEL_EXPORTER_OTLP_ENDPOINT: sink.url,
      METRICS_TOKEN,
      UPSTREAM_URL: bank.url,
    })
    stops.push(() => shop.stop())
    const [prometheusPort, alertmanagerPort] = await Promise.all([freePort(), freePort()])
    prometheusUrl = `http://127.0.0.1:${prometheusPort}`
    alertmanagerUrl = `http://127.0.0.1:${alertmanagerPort}`
    writeConfigs(folder, {
      shopUrl: shop.url,
      metricsToken: METRICS_TOKEN,
      prometheusPort,
      alertmanagerPort,
      webhookPort: webhook.port,
    })
    stops.push(
      await startServer(
        'prometheus-alertmanager',
        [
          `--config.file=${join(folder, 'alertmanager.yml')}`,
          `--storage.path=${join(folder, 'alertmanager')}`,
          `--web.listen-address=127.0.0.1:${alertmanagerPort}`,
          '--cluster.listen-address=',
        ],
        `${alertmanagerUrl}/-/ready`,
      ),
      await startServer(
        'prometheus',
        [
          `--config.file=${join(folder, 'prometheus.yml')}`,
          `--storage.tsdb.path=${join(folder, 'prometheus')}`,
          `--web.listen-address=127.0.0.1:${prometheusPort}`,
          ...flagsForPrometheus2(),
        ],
        `${prometheusUrl}/-/ready`,
      ),
    )
    // Everything that the shop can do, twice, so that there are rates.
    for (const round of ['first', 'second']) {
      expect(await order(`${round}-1`)).toBe(201)
      bank.status = 503
      expect(await order(`${round}-2`)).toBe(502)
      bank.status = 201
      for (const path of ['/products', '/products/1', '/nothing/here', '/carts/none', '/events']) {
        await get(60, path)
      }
      await get(60, `/carts/${round}-2`)
      await get(1, '/admin/users/ada')
      await get(1, '/health')
      const isCounted = `hono_queue_wait_duration_seconds_count >= ${round === 'first' ? 1 : 2}`
      await vi.waitUntil(async () => (await query(isCounted)).length > 0, soon)
      await new Promise((resolve) => setTimeout(resolve, 1500))
    }
  })

  afterAll(async () => {
    for (const stop of stops.reverse()) await stop()
  })

  it('is scraped with the token, and no rule fails', async () => {
    expect(await query('up{job="shop"} == 1')).toHaveLength(1)
    const { groups } = await api<{ groups: { rules: { health: string; lastError?: string }[] }[] }>(
      'rules',
    )
    const rules = groups.flatMap((group) => group.rules)
    expect(rules.length).toBeGreaterThan(80)
    const faults = rules.filter(({ health }) => health === 'err').map((rule) => rule.lastError)
    expect(faults).toEqual([])
  })

  it('has the metrics that rules ask for, with the labels that they use', async () => {
    const absent: string[] = []
    for (const metric of Object.values(METRICS) as Metric[]) {
      const name = metric.type === 'histogram' ? `${metric.prometheus}_count` : metric.prometheus
      const series = await api<Record<string, string>[]>('series', { 'match[]': name })
      if (series.length === 0) {
        absent.push(metric.name)
        continue
      }
      const labels = new Set(series.flatMap((each) => Object.keys(each)))
      const used = allAlerts(thresholds)
        .flatMap(({ test }) => test.series(1))
        .filter(({ selector }) => selector.startsWith(`${name}{`))
        .flatMap(({ selector }) => [...selector.matchAll(/(\w+)="/g)].map(([, label]) => label))
      // Nothing has failed but the payment service and two routes.
      const missing = used.filter((label) => label !== 'error_type' && !labels.has(label ?? ''))
      expect(missing, name).toEqual([])
    }
    // What the shop does not have, what it has at the end of a day, or what has not gone wrong.
    expect(absent.sort()).toEqual([
      'cloudflare.d1.size',
      'cloudflare.queues.backlog.messages',
      'db.client.connection.count',
      'db.client.connection.max',
      'db.client.connection.timeouts',
      'db.client.connection.wait_time',
      'hono.aggregator.export_failures',
      'hono.aggregator.overflow_points',
      'hono.aggregator.refused_points',
      'hono.d1.size',
      'hono.prometheus.conflicts',
      'hono.tail.invocations',
      'process.memory.usage',
    ])
  })

  it('answers every query of the cookbook', async () => {
    const page = readFileSync(`${MONITORING}README.md`, 'utf8')
    const queries = fences(page.replaceAll('```promql no-data', '```none'), 'promql')
    expect(queries.length).toBeGreaterThan(20)
    const empty: string[] = []
    for (const each of queries) {
      const values = (await query(each)).map(({ value }) => Number(value[1]))
      if (values.length === 0 || values.every(Number.isNaN)) empty.push(each)
    }
    expect(empty).toEqual([])
  })

  it('runs every query of the runbooks without an error', async () => {
    for (const file of readdirSync(`${MONITORING}runbooks`)) {
      const queries = fences(readFileSync(`${MONITORING}runbooks/${file}`, 'utf8'), 'promql')
      await Promise.all(queries.map(query))
    }
  })

  it('has the metrics that runbooks ask for, but for those of other servers and of what did not happen', async () => {
    const live = await api<string[]>('label/__name__/values')
    const ours = Object.values(METRICS).map(({ prometheus }) => prometheus)
    const recorded = ruleFiles(thresholds)
      .flatMap(({ groups }) => groups.flatMap(({ recording = [] }) => recording))
      .map(({ record }) => record)
    const known = new Set([...live, ...ours, ...recorded, 'ALERTS'])
    // Of the Collector, the stores, exporters, Cloudflare, a process, a pool, the end of a day, tail Workers.
    const elsewhere =
      /^(otelcol|alertmanager|prometheus|loki|tempo|node|pg|mysql|redis|container|cloudflare|process|db_client_connection|hono_d1|hono_tail|event:)/
    const unknown = readdirSync(`${MONITORING}runbooks`).flatMap((file) => {
      const queries = fences(readFileSync(`${MONITORING}runbooks/${file}`, 'utf8'), 'promql')
      return queries
        .flatMap(metricsIn)
        .filter((name) => !known.has(name.replace(/_(bucket|sum|count)$/, '')))
        .filter((name) => !known.has(name) && !elsewhere.test(name))
        .map((name) => `${file}: ${name}`)
    })
    expect([...new Set(unknown)]).toEqual([
      // The first time that something waits in a store of its own.
      'TelemetryCircuitOpen.md: hono_otlp_spilled_total',
      'TelemetryCircuitOpen.md: hono_otlp_restored_total',
    ])
  })

  it('counts exactly what was sent', async () => {
    const counted = await query(
      'sum by (http_route) (http_server_request_duration_seconds_count{http_route=~"/products.*"})',
    )
    const byRoute = counted.map(({ metric, value }) => [metric.http_route, Number(value[1])])
    expect(Object.fromEntries(byRoute)).toEqual({ '/products': 120, '/products/:id': 120 })
  })

  it('says nothing while all is well', async () => {
    await get(600, '/products')
    await expect.poll(firing, soon).not.toContain('ErrorRatioHigh')
    expect(webhook.last('ErrorRatioHigh')?.status).not.toBe('firing')
  })

  it('tells of errors, with the runbook, and mutes what is less', async () => {
    await expect
      .poll(async () => {
        await get(10, '/boom')
        return webhook.last('ErrorRatioHigh')
      }, soon)
      .toMatchObject({
        status: 'firing',
        labels: { service: 'shop', severity: 'critical', team: 'application', environment: 'dev' },
        annotations: {
          summary: 'shop fails',
          description: expect.stringMatching(/^\d[\d.]*% of requests .* the limit is 5%\.$/),
          runbook_url: 'https://runbooks.example.com/shop/ErrorRatioHigh.md',
        },
      })
    expect(await firing()).toContain('ErrorRatioHigh')
    await expect
      .poll(async () => (await active('RouteErrorRatioHigh'))?.status, soon)
      .toMatchObject({ state: 'suppressed', inhibitedBy: [expect.any(String)] })
  })

  it('keeps quiet when told to', async () => {
    const silence = (...args: string[]) =>
      run('amtool', ['silence', ...args, `--alertmanager.url=${alertmanagerUrl}`])
    const { status, output } = await silence(
      'add',
      '--author=test',
      '--duration=2h',
      '--comment=Moving the database',
      'alertname=ErrorRatioHigh',
      'service=shop',
    )
    expect(status, output).toBe(0)
    await expect
      .poll(async () => (await active('ErrorRatioHigh'))?.status.silencedBy, soon)
      .toEqual([output.trim()])
    expect((await silence('expire', output.trim())).status).toBe(0)
  })

  it('tells of the recovery', async () => {
    const [errors] = await query(
      'sum(http_server_request_duration_seconds_count{http_response_status_code=~"5.."})',
    )
    // Until those of the last 5 minutes are few among all.
    await get(Number(errors?.value[1]) * 25, '/products/1')
    await expect
      .poll(() => webhook.last('ErrorRatioHigh')?.status, { timeout: 60_000, interval: 250 })
      .toBe('resolved')
    expect(await firing()).not.toContain('ErrorRatioHigh')
  })
})
