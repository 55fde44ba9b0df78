import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { PROCESS_RUNTIMES } from '../../scripts/start/runtimes.ts'
import { stageShop } from '../../scripts/start/stage-shop.ts'
import { checkSpans, type DecodedSpan } from '../support/otlp-decoder.ts'
import { type Sink, startSink } from '../support/otlp-sink.ts'
import { type Bank, startBank } from './shop/bank.ts'
import { describeShop } from './shop/behaviour.ts'
import { Caller } from './shop/caller.ts'
import { compareExchanges } from './shop/compare-exchanges.ts'
import { Differences, tableBelow } from './shop/differences.ts'
import { onProcess } from './shop/on-process.ts'
import { orderTrace, processOrderTrace } from './shop/order-trace.ts'
import { onWorkerd, type RunningShop } from './shop/running-shop.ts'
import { sizeOf, spansOfTrace, treeOf } from './shop/span-tree.ts'

const RUNTIMES = ['workerd', ...PROCESS_RUNTIMES] as const
type Runtime = (typeof RUNTIMES)[number]

const METRICS_TOKEN = 'let-me-scrape'

/** All that may differ, printed at the end and compared with docs/runtimes.md. */
const differences = new Differences<Runtime>()
let folder: string

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'shop-package-'))
  stageShop(folder)
})
afterAll(() => {
  rmSync(folder, { recursive: true, force: true })
  differences.print()
})

const startOn = (runtime: Runtime, vars: Record<string, string>): Promise<RunningShop> =>
  runtime === 'workerd' ? onWorkerd(vars) : onProcess(runtime, folder, vars)

const runs = RUNTIMES.map((runtime) => ({
  runtime,
  ...describeShop(`on ${runtime}`, (vars) => startOn(runtime, vars)),
}))

it('what every shop answered and kept is the same, but for what is stated', () => {
  const [reference] = runs
  for (const { runtime, exchanges, remains } of runs) {
    expect(exchanges.length).toBeGreaterThan(60)
    expect(exchanges).toHaveLength(reference?.exchanges.length ?? 0)
    expect(remains.length).toBeGreaterThan(15)
    expect(remains).toEqual(reference?.remains)
    const { answers, headers } = compareExchanges(reference?.exchanges ?? [], exchanges)
    const code = (words: string[]): string => words.map((word) => `\`${word}\``).join(', ')
    differences.note('answers that differ from those of Workers', runtime, code(answers))
    differences.note('headers that do', runtime, code(headers))
  }
})

describe.each(RUNTIMES)('on %s', (runtime) => {
  let sink: Sink
  let bank: Bank
  let shop: RunningShop
  let caller: Caller
  const consumer = runtime === 'workerd' ? 'process shop-order-events' : 'process order.placed'
  const run = runtime === 'workerd' ? 'run shop-fulfilment' : 'process fulfilment'

  beforeAll(async () => {
    sink = await startSink()
    bank = await startBank()
    shop = await startOn(runtime, {
      OTEL_EXPORTER_OTLP_ENDPOINT: sink.url,
      OTEL_BSP_SCHEDULE_DELAY: '100',
      UPSTREAM_URL: bank.url,
      METRICS_TOKEN,
    })
    caller = new Caller(shop.url)
    // The first of everything is slow, and marked as a cold start.
    await order()
    sink.clear()
  })
  afterAll(async () => {
    await shop?.stop()
    await sink?.close()
    bank?.close()
  })

  const named = (name: string): DecodedSpan | undefined =>
    sink.spans().find((span) => span.name === name)
  /** Places an order. Returns when it is with the customer, and its last spans are here. */
  const order = async (): Promise<void> => {
    const items = [
      { productId: 1, quantity: 2 },
      { productId: 5, quantity: 12 },
    ]
    await caller.peek('PUT', '/carts/ada', { items })
    const { body } = await caller.peek('POST', '/orders', { cartId: 'ada' })
    const isShipped = async () =>
      (await caller.peek('GET', `/orders/${body.id}`)).body.status === 'shipped'
    await vi.waitUntil(isShipped, { timeout: 20_000, interval: 50 })
    await sink.waitFor(() => [consumer, run, 'POST /orders'].every((name) => named(name)))
  }

  it('an order is one trace', async () => {
    await order()
    const expected = (runtime === 'workerd' ? orderTrace : processOrderTrace)(shop.url, bank.url)
    const root = named('POST /orders') as DecodedSpan
    const spans = () => spansOfTrace(sink.spans(), root)
    await sink.waitFor(() => spans().length >= sizeOf(expected))
    expect(root.parentSpanId).toBe('')
    expect(treeOf(spans(), root)).toEqual(expected)
    expect(spans()).toHaveLength(sizeOf(expected))
    expect(checkSpans(sink.spans())).toEqual([])
    expect(bank.payments.at(-1)?.get('traceparent')).toContain(root.traceId)
    const hasStorage = spans().some(({ attributes }) => attributes['db.system.name'])
    differences.note('spans of an order', runtime, spans().length)
    differences.note('spans of its storage', runtime, hasStorage && 'yes')
  })

  it('the end of a day is a trace of its own', async () => {
    await shop.closeDay(new Date())
    await sink.waitFor(() => !!named('scheduled 50 23 * * *'))
    expect(named('scheduled 50 23 * * *')).toMatchObject({
      parentSpanId: '',
      status: { code: 0 },
      attributes: { 'faas.trigger': 'timer', 'faas.cron': '50 23 * * *' },
    })
  })

  it('health routes say that all is well', async () => {
    const { text } = await caller.peek('GET', '/health')
    expect(JSON.parse(text)).toMatchObject({
      status: 'pass',
      checks: {
        db: [{ status: 'pass' }],
        carts: [{ status: 'pass' }],
        telemetry: [{ status: 'pass' }],
      },
    })
  })

  it('/metrics has the exact counts of orders, and is closed without its token', async () => {
    const { body } = await caller.peek('POST', '/orders', { cart: 'nobody' })
    expect(body.error).toContain('cartId')
    const scrape = async (): Promise<string> =>
      (await caller.peek('GET', '/metrics', undefined, METRICS_TOKEN)).text
    const counts = async (): Promise<string[]> =>
      (await scrape())
        .split('\n')
        .filter((line) => line.startsWith('http_server_request_duration_seconds_count{'))
        .filter((line) => line.includes('http_route="/orders"'))
        .map((line) => `${/status_code="(\d+)"/.exec(line)?.[1]}: ${line.split(' ').at(-1)}`)
        .sort()
    await expect.poll(counts, { timeout: 10_000 }).toEqual(['201: 2', '400: 1'])
    const text = await scrape()
    expect(text).toMatch(/^shop_orders_total\{[^}]*\} 2$/m)
    const hasProcess = text.includes('\nprocess_uptime_seconds{')
    differences.note('process metrics', runtime, hasProcess && 'yes')
    expect((await caller.peek('GET', '/metrics')).status).toBe(403)
  })
})

it('what differs is what the documentation says', () => {
  const [head, , ...rows] = tableBelow('## The example on every runtime', 'docs/runtimes.md')
  expect(head).toEqual(['', 'Workers', 'Deno', 'Bun', 'Node'])
  expect(rows).toEqual(differences.cells(RUNTIMES))
})
