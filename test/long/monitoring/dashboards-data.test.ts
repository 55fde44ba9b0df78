import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { sendTraffic } from '../../../scripts/start/traffic.ts'
import { isInstalled, type Prometheus, startPrometheus } from '../../e2e/prometheus/server.ts'
import { type Bank, startBank } from '../../e2e/shop/bank.ts'
import { startShop } from '../../e2e/shop/start-shop.ts'
import { type Sink, startSink } from '../../support/otlp-sink.ts'
import type { RunningWorker } from '../../support/worker.ts'
import { cookbook } from './dashboards-cookbook.ts'
import { boardQueries } from './dashboards-queries.ts'

const METRICS_TOKEN = 'let-me-scrape'
const ADMIN_TOKEN = 'let-me-in'
const hasPrometheus = isInstalled('prometheus')
if (!hasPrometheus) {
  console.warn('No dashboard is asked for data: `prometheus` is not installed.')
}

/** What the example has no metrics for, and why. All other queries must return data. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  collector: 'made of spans, or of itself, by the Collector',
  'tail-worker': 'needs a Tail Worker, which the example has not',
  'platform-metrics': 'needs the Worker in monitoring/platform, and an account',
  process: 'needs a Deno, Bun or Node process; the example runs on workerd here',
  exporter: 'of databases and hosts: exporters.test.ts has them',
  'database-client': 'needs a pool of a Deno, Bun or Node process: so does that test',
  replica: 'needs a replica of MySQL: that test has one',
  cadvisor: 'needs cAdvisor, which that test asks where it is installed',
  fault: 'appears once telemetry is dropped or refused',
  prometheus: 'appears once a rule fires',
}

let bank: Bank
let sink: Sink
let shop: RunningWorker
let prometheus: Prometheus

describe.runIf(hasPrometheus)('the dashboards, with the example behind them', () => {
  beforeAll(async () => {
    sink = await startSink()
    bank = await startBank()
    shop = await startShop({
      OTEL_EXPORTER_OTLP_ENDPOINT: sink.url,
      METRICS_TOKEN,
      ADMIN_TOKEN,
      UPSTREAM_URL: bank.url,
    })
    prometheus = await startPrometheus(shop.url, METRICS_TOKEN)
    await traffic()
    await scraped()
    await traffic()
    bank.status = 500
    await fetch(`${shop.url}/products`)
  }, 120_000)

  afterAll(async () => {
    await prometheus?.stop()
    await shop?.stop()
    await sink?.close()
    bank?.close()
  })

  const traffic = async (): Promise<void> => {
    await fetch(`${shop.url}/health`)
    await sendTraffic({
      baseUrl: shop.url,
      adminToken: ADMIN_TOKEN,
      closeDay: async (scheduledTime) => {
        await shop.scheduled({ cron: '50 23 * * *', scheduledTime })
      },
      onSent: () => {},
      signal: AbortSignal.timeout(60_000),
    })
  }

  /** Until Prometheus has seen the orders, which come last, in two scrapes. */
  const scraped = async (): Promise<void> => {
    await vi.waitFor(
      async () => {
        const orders = await prometheus.query('count_over_time(shop_orders_total[30s]) > 1', 'job')
        expect(orders).toHaveProperty('shop')
      },
      { timeout: 30_000, interval: 200 },
    )
  }

  it('name every source that the example lacks', () => {
    const origins = boardQueries().flatMap(({ origin }) => (origin ? [origin] : []))
    expect(new Set(origins)).toEqual(new Set(Object.keys(ELSEWHERE)))
  })

  it('show something for every query of what a Worker tells', async () => {
    const asked = boardQueries().filter(
      ({ source, origin }) => source === 'prometheus' && origin === undefined,
    )
    expect(asked.length).toBeGreaterThan(50)
    const results = async (): Promise<string[]> => {
      const empty: string[] = []
      for (const { where, expr } of asked) {
        const { result } = await prometheus.api<{ result: { value: [number, string] }[] }>(
          'query',
          { query: expr },
        )
        const numbers = result.filter(({ value }) => value[1] !== 'NaN')
        if (numbers.length === 0) empty.push(`${where}: ${expr}`)
      }
      return empty
    }
    await expect.poll(results, { timeout: 20_000, interval: 1000 }).toEqual([])
  })

  it('have a cookbook whose queries return data too', async () => {
    const recipes = (await cookbook()).filter(({ source }) => source === 'prometheus')
    for (const { expr } of recipes) {
      const { result } = await prometheus.api<{ result: unknown[] }>('query', { query: expr })
      expect(result.length, expr).toBeGreaterThan(0)
    }
  })

  it('ask the others for what Prometheus can read', async () => {
    for (const { expr } of boardQueries().filter(({ source }) => source === 'prometheus')) {
      await prometheus.api('query', { query: expr })
    }
  })
})
