import { afterAll, beforeAll, expect, it } from 'vitest'
import { boards } from '../../monitoring/grafana/source/boards.ts'
import { createViewer, openNodeSql } from '../../viewer/index.ts'
import type { CostsView } from '../../viewer/query/costs.ts'
import { type Sink, startSink } from '../support/otlp-sink.ts'
import type { RunningWorker } from '../support/worker.ts'
import { isInstalled, type Prometheus, startPrometheus } from './prometheus/server.ts'
import { type Bank, startBank } from './shop/bank.ts'
import { Caller } from './shop/caller.ts'
import { startShop } from './shop/start-shop.ts'

const METRICS_TOKEN = 'let-me-scrape'
const WAIT_MS = 30_000

const hasPrometheus = isInstalled('prometheus')
if (!hasPrometheus) {
  console.warn('The board *Cost* is not asked: `prometheus` is not installed.')
}

/** USD for a million, read by hand from Cloudflare's pages on 2026-08-03. */
const USD = {
  request: 0.3,
  kvRead: 0.5,
  kvWrite: 5,
  kvDelete: 5,
  r2ClassA: 4.5,
  objectRequest: 0.15,
  queueOperation: 0.4,
  rowRead: 0.001,
  rowWritten: 1,
}

/** How often in the hour. */
const TIMES = { putCart: 30, getCart: 30, product: 120, products: 30, orders: 5 }

/** What one of each costs, for a million: its calls, one by one, as the shop's code makes them. */
const ONE: Readonly<Record<string, number>> = {
  'PUT /carts/:id': USD.request + USD.kvWrite,
  'GET /carts/:id': USD.request + USD.kvRead,
  'GET /products/:id': USD.request + USD.rowRead,
  'GET /products': USD.request + 5 * USD.rowRead,
  // Reads the cart, prices it, reserves, stores order and items, keeps the receipt, tells the queue, empties the cart.
  'POST /orders':
    USD.request +
    USD.kvRead +
    7 * USD.rowRead +
    USD.objectRequest +
    7 * USD.rowWritten +
    USD.r2ClassA +
    USD.queueOperation +
    USD.kvDelete,
  'StockRoom/reserve': 12 * USD.rowRead + 6 * USD.rowWritten,
  'StockRoom/pick': 2 * USD.rowRead + 2 * USD.rowWritten,
  'do pick': USD.objectRequest + 2 * USD.rowRead + USD.rowWritten,
  'do pack': 2 * USD.rowRead + USD.rowWritten,
  'do ship': 2 * USD.rowRead + USD.rowWritten,
  // A message is read and deleted.
  'process shop-order-events': USD.request + 2 * USD.queueOperation + 3 * USD.rowWritten,
}

const timesOf = (name: string): number =>
  ({
    'PUT /carts/:id': TIMES.putCart,
    'GET /carts/:id': TIMES.getCart,
    'GET /products/:id': TIMES.product,
    'GET /products': TIMES.products,
  })[name] ?? TIMES.orders

/** USD of the hour by hand. */
const BY_HAND = Object.fromEntries(
  Object.entries(ONE).map(([name, perMillion]) => [name, (timesOf(name) * perMillion) / 1e6]),
)
const isRequest = (name: string): boolean => /^(GET|PUT|POST) /.test(name)

let bank: Bank
let sink: Sink
let worker: RunningWorker
let shop: Caller
let prometheus: Prometheus | undefined

const spansOf = (name: string) => sink.spans().filter((span) => span.name === name)

/** Placed one after the other, each until it is shipped, so that each message comes alone. */
const order = async (cart: string, count: number): Promise<void> => {
  const { status } = await shop.call('POST', '/orders', { cartId: cart })
  expect(status).toBe(201)
  await sink.waitFor(
    () =>
      ['run shop-fulfilment', 'process shop-order-events'].every(
        (name) => spansOf(name).length >= count,
      ),
    WAIT_MS,
  )
}

beforeAll(async () => {
  sink = await startSink()
  bank = await startBank()
  worker = await startShop({
    OTEL_EXPORTER_OTLP_ENDPOINT: sink.url,
    METRICS_TOKEN,
    UPSTREAM_URL: bank.url,
  })
  shop = new Caller(worker.url)
  const items = [
    { productId: 1, quantity: 2 },
    { productId: 5, quantity: 1 },
  ]
  const repeat = async (times: number, call: (index: number) => Promise<unknown>) => {
    for (let i = 0; i < times; i++) await call(i)
  }
  await repeat(TIMES.putCart, (i) => shop.call('PUT', `/carts/c${i}`, { items }))
  await repeat(TIMES.getCart, (i) => shop.call('GET', `/carts/c${i}`))
  await repeat(TIMES.product, (i) => shop.call('GET', `/products/${1 + (i % 5)}`))
  await repeat(TIMES.products, () => shop.call('GET', '/products'))
  await repeat(TIMES.orders, (i) => order(`c${i}`, i + 1))
  const total = Object.keys(ONE).reduce((sum, name) => sum + timesOf(name), 0)
  await sink.waitFor(() => costed().length >= total, WAIT_MS)
}, 120_000)

afterAll(async () => {
  await prometheus?.stop()
  await worker?.stop()
  await sink?.close()
  bank?.close()
})

const costed = () => sink.spans().filter(({ attributes }) => 'hono.cost' in attributes)

const sum = (pairs: Iterable<readonly [name: string, usd: number]>): Record<string, number> => {
  const sums: Record<string, number> = {}
  for (const [name, usd] of pairs) sums[name] = (sums[name] ?? 0) + usd
  return sums
}

const expectEqual = (found: Record<string, number>, byHand: Record<string, number>): void => {
  expect(Object.keys(found).toSorted()).toEqual(Object.keys(byHand).toSorted())
  for (const [name, usd] of Object.entries(byHand)) {
    expect(found[name], name).toBeCloseTo(usd, 12)
  }
}

const requestsOnly = Object.fromEntries(Object.entries(BY_HAND).filter(([name]) => isRequest(name)))

it('spans of an hour of the shop say what its calls cost by hand', () => {
  expectEqual(
    sum(costed().map(({ name, attributes }) => [name, Number(attributes['hono.cost'])])),
    BY_HAND,
  )
})

it('access lines say the same of its requests', () => {
  const lines = worker
    .logLines()
    .map(({ message }) => (message.startsWith('{') ? JSON.parse(message) : {}))
    .filter((line) => line.logger === 'access' && 'hono.cost' in line)
  const nameOf = (line: Record<string, unknown>): string =>
    `${line['http.request.method']} ${line['http.route']}`
  expectEqual(sum(lines.map((line) => [nameOf(line), line['hono.cost']])), requestsOnly)
})

it('the viewer says the same, from the spans as they were sent', async () => {
  const viewer = createViewer({ sql: openNodeSql() })
  for (const { path, text } of sink.requests) {
    if (path === '/v1/traces') {
      const request = new Request(`http://localhost${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: text,
      })
      expect((await viewer.fetch(request)).status).toBe(200)
    }
  }
  const answer = await viewer.fetch(new Request('http://localhost/api/costs?last=1h'))
  const { costs, totalUsd } = (await answer.json()) as CostsView
  expectEqual(sum(costs.map(({ route, usd }) => [route, usd])), BY_HAND)
  expect(totalUsd).toBeCloseTo(total(BY_HAND), 12)
})

interface Labels {
  readonly http_request_method?: string
  readonly http_route?: string
  readonly hono_invocation_name?: string
}

const nameOf = ({ http_request_method: method, http_route, hono_invocation_name }: Labels) =>
  hono_invocation_name ?? `${method} ${http_route}`

const scraped = async (): Promise<Record<string, number>> => {
  const headers = { authorization: `Bearer ${METRICS_TOKEN}` }
  const text = await (await fetch(`${worker.url}/metrics`, { headers })).text()
  const points = text.matchAll(/^hono_cost_total\{(.*)\} (\S+)$/gm)
  return sum(
    [...points].map(([, labels = '', value]): [string, number] => {
      const pairs = [...labels.matchAll(/(\w+)="([^"]*)"/g)].map(([, key, text]) => [key, text])
      return [nameOf(Object.fromEntries(pairs)), Number(value)]
    }),
  )
}

const total = (sums: Record<string, number>): number =>
  Object.values(sums).reduce((all, usd) => all + usd, 0)

it('/metrics says the same of all of it', async () => {
  const all = total(BY_HAND)
  await expect
    .poll(async () => total(await scraped()), { timeout: WAIT_MS, interval: 500 })
    .toBeCloseTo(all, 12)
  expectEqual(await scraped(), BY_HAND)
}, 60_000)

it.runIf(hasPrometheus)('the board says the same, by its own grouping', async () => {
  prometheus = await startPrometheus(worker.url, METRICS_TOKEN)
  const panel = boards
    .find(({ uid }) => uid === 'cost')
    ?.rows.flatMap(({ panels }) => panels)
    .find(({ title }) => title === 'Dearest routes')
  const expr = panel?.queries[0]?.expr.replaceAll('$service', 'shop') ?? ''
  // What was there before the first scrape has grown by nothing since: the counter itself, not its growth.
  const query = expr.replace(/increase\((hono_cost_total\{[^}]*\})\[\$__range\]\)/, '$1')
  expect(query).toContain('hono_cost_total')
  expect(query).not.toContain('increase')
  const { result } = await prometheus.api<{
    result: { metric: Labels; value: [number, string] }[]
  }>('query', { query })
  expectEqual(
    sum(result.map(({ metric, value }): [string, number] => [nameOf(metric), Number(value[1])])),
    BY_HAND,
  )
})
