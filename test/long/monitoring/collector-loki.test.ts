import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findPrograms } from '../../../scripts/monitor/programs.ts'
import { sendTraffic } from '../../../scripts/start/traffic.ts'
import { type Bank, startBank } from '../../e2e/shop/bank.ts'
import { startShop } from '../../e2e/shop/start-shop.ts'
import type { RunningWorker } from '../../support/worker.ts'
import { startTestStack, type TestStack } from './collector-stack.ts'
import { cookbook } from './dashboards-cookbook.ts'
import { boardQueries } from './dashboards-queries.ts'

const ADMIN_TOKEN = 'let-me-in'
const REQUESTS = 40
const programs = findPrograms()
const hasLoki = programs.loki && programs.collector
if (!hasLoki) {
  console.warn(
    'Logs are not read from a real Loki: npm run monitor:native -- --build-loki makes one.',
  )
}

describe.runIf(hasLoki)('logs in a real Loki', () => {
  let bank: Bank
  let shop: RunningWorker
  let stack: TestStack

  beforeAll(async () => {
    bank = await startBank()
    stack = await startTestStack({}, programs)
    shop = await startShop({
      OTEL_EXPORTER_OTLP_ENDPOINT: stack.otlpUrl,
      OTEL_LOGS_EXPORTER: 'otlp',
      ADMIN_TOKEN,
      UPSTREAM_URL: bank.url,
    })
    bank.delayMs = 400
    await sendTraffic({
      baseUrl: shop.url,
      adminToken: ADMIN_TOKEN,
      closeDay: async (scheduledTime) => {
        await shop.scheduled({ cron: '50 23 * * *', scheduledTime })
      },
      onSent: () => {},
      signal: AbortSignal.timeout(60_000),
    })
    for (let i = 0; i < REQUESTS; i++) await fetch(`${shop.url}/products/1`)
  }, 180_000)

  afterAll(async () => {
    await shop?.stop()
    await stack?.stop()
    bank?.close()
  })

  interface Answer {
    resultType: string
    result: { values?: [string, string][]; value?: [number, string]; metric?: object }[]
  }

  const ask = async (query: string): Promise<Answer> => {
    const parameters = new URLSearchParams({ query, since: '10m', limit: '1000', step: '60' })
    const base = `http://127.0.0.1:${stack.ports.loki}/loki/api/v1`
    const response = await fetch(`${base}/query_range?${parameters}`, {
      signal: AbortSignal.timeout(15_000),
    })
    if (!response.ok) throw new Error(`Loki: ${await response.text()}`)
    return ((await response.json()) as { data: Answer }).data
  }

  const lines = async (query: string): Promise<number> =>
    (await ask(query)).result.reduce((sum, { values = [] }) => sum + values.length, 0)

  it('has every access line once', async () => {
    const query = '{service_name="shop"} | scope_name = "access" | http_route = "/products/:id"'
    await expect.poll(() => lines(query), { timeout: 30_000 }).toBe(REQUESTS)
  })

  it('makes no stream for each isolate', async () => {
    const base = `http://127.0.0.1:${stack.ports.loki}/loki/api/v1`
    const response = await fetch(`${base}/labels`)
    expect(((await response.json()) as { data: string[] }).data).toEqual(['service_name'])
  })

  it('shows something for every panel of logs', async () => {
    const asked = boardQueries().filter(({ source }) => source === 'loki')
    expect(asked.length).toBeGreaterThan(5)
    const empty = async (): Promise<string[]> => {
      const found: string[] = []
      for (const { where, expr } of asked) {
        if ((await ask(expr)).result.length === 0) found.push(`${where}: ${expr}`)
      }
      return found
    }
    await expect.poll(empty, { timeout: 30_000, interval: 1000 }).toEqual([])
  })

  it('runs the recipes of the cookbook', async () => {
    for (const { expr } of (await cookbook()).filter(({ source }) => source === 'loki')) {
      await ask(expr)
    }
  })
})
