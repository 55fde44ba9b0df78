import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { PROCESS_RUNTIMES } from '../../scripts/start/runtimes.ts'
import { stageShop } from '../../scripts/start/stage-shop.ts'
import type { DecodedSpan } from '../support/otlp-decoder.ts'
import { type Sink, startSink } from '../support/otlp-sink.ts'
import { type Bank, startBank } from './shop/bank.ts'
import { Caller } from './shop/caller.ts'
import { onProcess, type ShopProcess } from './shop/on-process.ts'

const ORDERS = 50
const SHIPPED = "SELECT count(*) AS count FROM orders WHERE status = 'shipped'"

let folder: string
let sink: Sink
let bank: Bank
let shop: ShopProcess
let caller: Caller

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'shop-package-'))
  stageShop(folder)
  sink = await startSink()
  bank = await startBank()
})
afterAll(async () => {
  bank?.close()
  await sink?.close()
  rmSync(folder, { recursive: true, force: true })
})

const named = (name: string): DecodedSpan[] => sink.spans().filter((span) => span.name === name)
const countOf = async (query: string): Promise<unknown> =>
  ((await shop.rows(query))[0] as { count: number }).count

/** Orders counted by the last export of each series. */
const ordersCounted = (): number | undefined =>
  sink
    .metrics()
    .filter(({ name }) => name === 'shop.orders')
    .at(-1)?.points[0]?.value

describe.each(PROCESS_RUNTIMES)('on %s', (runtime) => {
  beforeEach(async () => {
    bank.delayMs = 0
    bank.payments.length = 0
    sink.clear()
    shop = await onProcess(runtime, folder, {
      OTEL_EXPORTER_OTLP_ENDPOINT: sink.url,
      UPSTREAM_URL: bank.url,
    })
    caller = new Caller(shop.url)
    for (let i = 0; i < ORDERS; i++) {
      await caller.call('PUT', `/carts/c${i}`, { items: [{ productId: 1 + (i % 5), quantity: 1 }] })
    }
  })
  afterEach(() => shop?.stop())

  const order = (i: number) => caller.call('POST', '/orders', { cartId: `c${i}` })

  it('SIGTERM with 50 orders in flight loses none, nor a span or count of them', async () => {
    bank.delayMs = 700
    const orders = Array.from({ length: ORDERS }, (_, i) => order(i))
    await vi.waitUntil(() => bank.payments.length === ORDERS, { timeout: 10_000, interval: 5 })
    const ended = shop.end('SIGTERM')
    expect((await Promise.all(orders)).map(({ status }) => status)).toEqual(Array(ORDERS).fill(201))
    const answeredMs = performance.now()
    expect(await ended).toBe(0)
    // No connection that a client keeps holds it up.
    expect(performance.now() - answeredMs).toBeLessThan(2500)

    expect(await countOf(SHIPPED)).toBe(ORDERS)
    expect(await countOf('SELECT count(*) AS count FROM sales')).toBe(ORDERS)
    expect(await countOf('SELECT count(*) AS count FROM tasks')).toBe(0)
    const roots = named('POST /orders')
    expect(roots).toHaveLength(ORDERS)
    for (const name of ['process order.placed', 'do pick', 'do ship', 'process fulfilment']) {
      expect(new Set(named(name).map(({ traceId }) => traceId))).toEqual(
        new Set(roots.map(({ traceId }) => traceId)),
      )
    }
    expect(ordersCounted()).toBe(ORDERS)
  })

  it('an order whose process is killed is brought on its way by the next, in the same trace', async () => {
    expect((await order(0)).status).toBe(201)
    expect(await shop.end('SIGKILL')).toBe('SIGKILL')
    expect(await countOf(SHIPPED)).toBe(0)

    await shop.start()
    await vi.waitUntil(async () => (await countOf(SHIPPED)) === 1, { timeout: 5000, interval: 50 })
    expect(await countOf('SELECT count(*) AS count FROM sales')).toBe(1)
    expect(await shop.end('SIGTERM')).toBe(0)
    const [, traceId] = bank.payments.at(-1)?.get('traceparent')?.split('-') ?? []
    expect(named('process fulfilment').map((span) => span.traceId)).toEqual([traceId])
    expect(named('scheduled @reboot')).toHaveLength(1)
  })
})
