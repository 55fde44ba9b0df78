import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { applyMigrations, type D1Like } from '../support/d1-migrations.ts'
import { load } from '../support/load.ts'
import { checkSpans } from '../support/otlp-decoder.ts'
import { type Sink, startSink } from '../support/otlp-sink.ts'
import { type RunningWorker, startWorker } from '../support/worker.ts'

const REQUESTS = 10_000
const CLIENTS = 64
const SERVER = 2

/** Every kind of answer, most of them cheap. */
const PATHS = ['/', '/products/1', '/nothing/here', '/admin/users/3', '/', '/boom', '/', '/carts/a']

let sink: Sink
let shop: RunningWorker

beforeAll(async () => {
  sink = await startSink()
  shop = await startWorker({
    config: new URL('../../wrangler.toml', import.meta.url),
    vars: { OTEL_EXPORTER_OTLP_ENDPOINT: sink.url },
  })
  const { DB } = await shop.env<{ DB: D1Like }>()
  await applyMigrations(DB, `${import.meta.dirname}/../../examples/shop/migrations`)
})

afterAll(async () => {
  await shop?.stop()
  await sink?.close()
})

const serverSpans = () => sink.spans().filter(({ kind }) => kind === SERVER)

describe(`${REQUESTS} requests by ${CLIENTS} clients`, () => {
  it('arrive as exactly as many valid server spans, in few requests', async () => {
    sink.clear()
    const { errors, seconds } = await load({
      url: shop.url,
      requests: REQUESTS,
      clients: CLIENTS,
      path: (i) => PATHS[i % PATHS.length] as string,
    })
    expect(errors).toBe(0)
    await sink.waitFor(() => serverSpans().length >= REQUESTS, 10_000)
    const spans = serverSpans()
    expect(spans).toHaveLength(REQUESTS)
    expect(new Set(spans.map(({ spanId }) => spanId)).size).toBe(REQUESTS)
    expect(checkSpans(sink.spans())).toEqual([])
    expect(sink.requests.length).toBeLessThanOrEqual(500)
    console.log(
      `${Math.round(REQUESTS / seconds)} requests/s; ${sink.requests.length} POSTs, ${(
        sink.requests.length / REQUESTS
      ).toFixed(4)} a request`,
    )
  })

  it('are all there with a receiver that answers 503 every third time', async () => {
    sink.clear()
    sink.respond = (_request, index) => (index % 3 === 2 ? { status: 503 } : {})
    await load({ url: shop.url, requests: REQUESTS, clients: CLIENTS })
    await sink.waitFor(
      () => new Set(serverSpans().map(({ spanId }) => spanId)).size >= REQUESTS,
      20_000,
    )
    expect(new Set(serverSpans().map(({ spanId }) => spanId)).size).toBe(REQUESTS)
    expect(sink.requests.some(({ acknowledged }) => !acknowledged)).toBe(true)
    expect(sink.requests.length).toBeLessThanOrEqual(500)
  })
})
