import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { checkSpans, type DecodedSpan } from '../support/otlp-decoder.ts'
import { type Sink, startSink } from '../support/otlp-sink.ts'
import type { RunningWorker } from '../support/worker.ts'
import { type Bank, startBank } from './shop/bank.ts'
import { Caller } from './shop/caller.ts'
import { closeOfDayTrace, type ExpectedSpan, orderTrace } from './shop/order-trace.ts'
import { sizeOf, spansOfTrace, treeOf } from './shop/span-tree.ts'
import { startShop } from './shop/start-shop.ts'

const ERROR = 2
const CART = {
  items: [
    { productId: 1, quantity: 2 },
    { productId: 5, quantity: 12 },
  ],
}

let sink: Sink
let bank: Bank
let worker: RunningWorker
let shop: Caller

beforeAll(async () => {
  sink = await startSink()
  bank = await startBank()
  worker = await startShop({ OTEL_EXPORTER_OTLP_ENDPOINT: sink.url, UPSTREAM_URL: bank.url })
  shop = new Caller(worker.url)
  // The first of everything is slow, and marked as a cold start.
  await shop.call('PUT', '/carts/ada', CART)
  await order()
})
afterAll(async () => {
  await worker?.stop()
  await sink?.close()
  bank?.close()
})
beforeEach(async () => {
  bank.status = 201
  await shop.call('PUT', '/carts/ada', CART)
  sink.clear()
})

/** Places an order and waits until the customer has it, and we its last spans. */
async function order(): Promise<string> {
  const { body } = await shop.call('POST', '/orders', { cartId: 'ada' })
  const isShipped = async () =>
    (await shop.peek('GET', `/orders/${body.id}`)).body.status === 'shipped'
  await vi.waitUntil(isShipped, { timeout: 20_000, interval: 50 })
  await sink.waitFor(() => !!named('run shop-fulfilment') && !!named('process shop-order-events'))
  return body.id
}

const named = (name: string): DecodedSpan | undefined =>
  sink.spans().find((span) => span.name === name)

const traceOf = (span: DecodedSpan | undefined): DecodedSpan[] => spansOfTrace(sink.spans(), span)

const tree = (span: DecodedSpan): ExpectedSpan => treeOf(sink.spans(), span)

describe('an order', () => {
  let orderId: string
  let root: DecodedSpan | undefined
  let consumer: DecodedSpan | undefined

  beforeEach(async () => {
    orderId = await order()
    root = named('POST /orders')
    consumer = named('process shop-order-events')
  })

  it('is one trace across KV, D1, R2, a Durable Object, a payment, a queue and a Workflow', async () => {
    const expected = orderTrace(worker.url, bank.url)
    await sink.waitFor(() => traceOf(root).length >= sizeOf(expected))
    expect(root?.parentSpanId).toBe('')
    expect(tree(root as DecodedSpan)).toEqual(expected)
    expect(traceOf(root)).toHaveLength(sizeOf(expected))
    expect(checkSpans(sink.spans())).toEqual([])
    expect(traceOf(root).filter(({ status }) => status.code === ERROR)).toEqual([])
  })

  it('is linked to from what the consumer of the queue does', () => {
    expect(consumer?.links).toMatchObject([
      { traceId: root?.traceId, spanId: named('send ORDER_EVENTS')?.spanId },
    ])
  })

  it('reaches the payment service with the trace of the call', () => {
    const payment = traceOf(root).find(({ name }) => name === 'POST')
    expect(bank.payments.at(-1)?.get('traceparent')).toMatch(
      `00-${root?.traceId}-${payment?.spanId}-`,
    )
  })

  it('waits in its Workflow for the courier, which the run tells as an event', async () => {
    expect(named('run shop-fulfilment')?.events).toMatchObject([
      {
        name: 'cloudflare.workflow.sleep',
        attributes: { 'cloudflare.workflow.step.name': 'wait for the courier' },
      },
    ])
    const [pack, ship] = ['do pack', 'do ship'].map(named)
    const waitedNs = Number((ship?.startTimeUnixNano ?? 0n) - (pack?.endTimeUnixNano ?? 0n))
    expect(waitedNs / 1e6).toBeGreaterThan(80)
  })

  it('leaves no word of who bought, and which order it was', () => {
    const spans = [...traceOf(root), ...traceOf(consumer)]
    const text = JSON.stringify(
      spans.map(({ name, attributes, events }) => [
        name,
        attributes,
        events.map((event) => event.attributes),
      ]),
    )
    for (const secret of ['ada', 'pay_1', orderId]) expect(text).not.toContain(secret)
  })
})

describe('an order that the bank declines', () => {
  it('says so at the payment, and puts the goods back in the same trace', async () => {
    bank.status = 402
    expect((await shop.call('POST', '/orders', { cartId: 'ada' })).status).toBe(402)
    await sink.waitFor(() => !!named('POST /orders') && !!named('StockRoom/release'))
    const root = named('POST /orders')
    const names = tree(root as DecodedSpan).children.map(({ name }) => name)
    expect(names).toEqual(['get CARTS', 'price', 'STOCK/reserve', 'POST', 'STOCK/release'])
    expect(traceOf(root).find(({ name }) => name === 'POST')).toMatchObject({
      status: { code: ERROR },
      attributes: { 'error.type': '402', 'http.response.status_code': 402 },
    })
    // The customer's trouble, not the shop's.
    expect(root?.status.code).not.toBe(ERROR)
    expect(named('StockRoom/release')?.traceId).toBe(root?.traceId)
  })
})

describe('the end of a day', () => {
  it('is a trace of its own, across D1, the Durable Object and R2', async () => {
    const scheduledTime = new Date('2026-11-21T23:50:00Z')
    expect(await worker.scheduled({ cron: '50 23 * * *', scheduledTime })).toMatchObject({
      outcome: 'ok',
    })
    const expected = closeOfDayTrace(scheduledTime)
    const root = () => named(expected.name)
    await sink.waitFor(() => !!root() && traceOf(root()).length >= sizeOf(expected))
    expect(tree(root() as DecodedSpan)).toEqual(expected)
  })
})
