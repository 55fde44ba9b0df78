import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { load } from '../support/load.ts'
import { type Sink, startSink } from '../support/otlp-sink.ts'
import type { RunningWorker } from '../support/worker.ts'
import { checkMetrics, isInstalled, type Prometheus, startPrometheus } from './prometheus/server.ts'
import { type Bank, startBank } from './shop/bank.ts'
import { startShop } from './shop/start-shop.ts'

const METRICS_TOKEN = 'let-me-scrape'
const REQUESTS = 900

const hasPrometheus = isInstalled('promtool') && isInstalled('prometheus')
if (!hasPrometheus) {
  console.warn(
    'The example is not scraped by a real Prometheus: `promtool` and `prometheus` are not installed.',
  )
}

let bank: Bank
let sink: Sink
let shop: RunningWorker

beforeAll(async () => {
  sink = await startSink()
  bank = await startBank()
  shop = await startShop({
    OTEL_EXPORTER_OTLP_ENDPOINT: sink.url,
    METRICS_TOKEN,
    UPSTREAM_URL: bank.url,
  })
})

afterAll(async () => {
  await shop?.stop()
  await sink?.close()
  bank?.close()
})

const scrape = async (): Promise<string> => {
  const headers = { authorization: `Bearer ${METRICS_TOKEN}` }
  return (await fetch(`${shop.url}/metrics`, { headers })).text()
}

const json = { 'content-type': 'application/json' }

describe('the example', () => {
  it('counts requests and orders exactly in /metrics', async () => {
    await load({
      url: shop.url,
      requests: REQUESTS,
      clients: 8,
      path: (i) => ['/products/1', '/nothing/here', '/admin/users/3'][i % 3] as string,
    })
    for (let i = 0; i < 3; i++) {
      const body = JSON.stringify({ items: [{ productId: 1, quantity: 1 }] })
      await fetch(`${shop.url}/carts/c${i}`, { method: 'PUT', headers: json, body })
      const order = await fetch(`${shop.url}/orders`, {
        method: 'POST',
        headers: json,
        body: JSON.stringify({ cartId: `c${i}` }),
      })
      expect(order.status).toBe(201)
    }
    await expect.poll(scrape, { timeout: 10_000 }).toMatch(/shop_orders_total\{[^}]*\} 3\n/)
    const text = await scrape()
    const count = (route: string, status: number) =>
      text
        .split('\n')
        .filter((line) => line.startsWith('http_server_request_duration_seconds_count{'))
        .filter((line) => line.includes(`http_response_status_code="${status}"`))
        .filter((line) =>
          route ? line.includes(`http_route="${route}"`) : !line.includes('http_route='),
        )
        .map((line) => Number(line.split(' ').at(-1)))
    expect(count('/products/:id', 200)).toEqual([REQUESTS / 3])
    expect(count('', 404)).toEqual([REQUESTS / 3])
    expect(count('/admin/users/:id', 401)).toEqual([REQUESTS / 3])
    expect(count('/orders', 201)).toEqual([3])
    expect(text).toContain('shop_order_value_EUR_count')
  })

  it('is closed to scrapers without the token', async () => {
    expect((await fetch(`${shop.url}/metrics`)).status).toBe(403)
  })

  describe.runIf(hasPrometheus)('scraped by a real Prometheus', () => {
    let prometheus: Prometheus

    beforeAll(async () => {
      prometheus = await startPrometheus(shop.url, METRICS_TOKEN)
    })
    afterAll(() => prometheus?.stop())

    it('says the same in PromQL', async () => {
      expect(checkMetrics(await scrape())).toMatchObject({ status: 0 })
      const byStatus = await prometheus.query(
        'sum by (http_response_status_code) (http_server_request_duration_seconds_count{http_route!="/carts/:id"})',
        'http_response_status_code',
      )
      expect(byStatus).toEqual({ 200: 300, 201: 3, 401: 300, 404: 300 })
      const buckets = await prometheus.query(
        'sum by (http_response_status_code) (http_server_request_duration_seconds_bucket{le="+Inf",http_route!="/carts/:id"})',
        'http_response_status_code',
      )
      expect(buckets).toEqual(byStatus)
    })
  })
})
