import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { type Sink, startSink } from '../support/otlp-sink.ts'
import { type RunningWorker, startWorker } from '../support/worker.ts'

const WAIT_MS = 15_000

let sink: Sink
let worker: RunningWorker

beforeAll(async () => {
  sink = await startSink()
  worker = await startWorker({
    entry: new URL('../workerd/usage-worker/worker.ts', import.meta.url),
    vars: { OTEL_EXPORTER_OTLP_ENDPOINT: sink.url },
    bindings: {
      CACHE: { type: 'kv', id: 'cache' },
      DB: { type: 'd1', id: 'db' },
      ROOM: { type: 'durable-object', worker: 'worker', exportName: 'Room' },
    },
    settings: { exports: { Room: { type: 'durable-object', storage: 'sqlite' } } },
  })
})

afterAll(async () => {
  await worker?.stop()
  await sink?.close()
})

beforeEach(async () => {
  sink.clear()
})

const get = async (path: string): Promise<number> => {
  const response = await fetch(worker.url + path)
  await response.arrayBuffer()
  return response.status
}

const spansOf = (name: string) => sink.spans().filter((span) => span.name === name)

const sumOf = (metric: string): number =>
  sink
    .metrics()
    .filter(({ name }) => name === metric)
    .flatMap(({ points }) => points)
    .reduce((sum, { value = 0 }) => sum + Number(value), 0)

it('of requests that are handled at once, each has its own counts', async () => {
  const counts = Array.from({ length: 60 }, (_, i) => i % 7)
  expect(await Promise.all(counts.map((count) => get(`/keys/${count}`)))).toEqual(
    counts.map(() => 200),
  )
  await sink.waitFor(() => spansOf('GET /keys/:count').length === counts.length, WAIT_MS)
  for (const { attributes } of spansOf('GET /keys/:count')) {
    const count = Number(String(attributes['url.path']).split('/').at(-1))
    expect(attributes['hono.usage.kv.reads'] ?? 0).toBe(count)
    expect(attributes['hono.cost']).toBeCloseTo((0.3 + count * 0.5) / 1_000_000, 12)
  }
  const total = counts.reduce((sum, count) => sum + count, 0)
  await sink.waitFor(() => sumOf('hono.usage.kv.reads') >= total, WAIT_MS)
  expect(sumOf('hono.usage.kv.reads')).toBe(total)
  expect(sumOf('hono.cost')).toBeCloseTo((60 * 0.3 + total * 0.5) / 1_000_000, 12)
})

it('a loop is answered with 503 at its limit, while other requests are answered', async () => {
  const [loop, ...others] = await Promise.all([
    get('/loop'),
    get('/keys/1'),
    get('/keys/2'),
    get('/keys/3'),
  ])
  expect(loop).toBe(503)
  expect(others).toEqual([200, 200, 200])
  await sink.waitFor(() => spansOf('GET /loop').length === 1, WAIT_MS)
  expect(spansOf('GET /loop')[0]?.attributes['hono.usage.d1.queries']).toBe(20)
})

it('rows of an object’s own storage are counted where they are read, its request where it is made', async () => {
  expect(await get('/room/30')).toBe(200)
  await sink.waitFor(
    () => spansOf('GET /room/:count').length === 1 && spansOf('RoomObject/fill').length === 1,
    WAIT_MS,
  )
  expect(spansOf('GET /room/:count')[0]?.attributes).toMatchObject({
    'hono.usage.durable_object.requests': 1,
    'hono.usage.subrequests': 1,
  })
  const attributes: Record<string, unknown> = spansOf('RoomObject/fill')[0]?.attributes ?? {}
  expect(attributes['hono.usage.durable_object.rows_read']).toBeGreaterThanOrEqual(60)
  expect(attributes['hono.usage.durable_object.rows_written']).toBeGreaterThanOrEqual(32)
  expect(attributes).not.toHaveProperty('hono.usage.durable_object.requests')
})
