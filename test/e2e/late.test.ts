import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { type Sink, startSink } from '../support/otlp-sink.ts'
import { type RunningWorker, startWorker } from '../support/worker.ts'

const WAIT_MS = 15_000

let sink: Sink
let worker: RunningWorker

beforeAll(async () => {
  sink = await startSink()
  worker = await startWorker({
    entry: new URL('../workerd/late-worker/worker.ts', import.meta.url),
    vars: { OTEL_EXPORTER_OTLP_ENDPOINT: sink.url },
    bindings: { DETACHED: { type: 'durable-object', worker: 'worker', exportName: 'Detached' } },
    settings: { exports: { Detached: { type: 'durable-object', storage: 'sqlite' } } },
  })
})

afterAll(async () => {
  await worker?.stop()
  await sink?.close()
})

beforeEach(async () => {
  sink.clear()
})

const hasSpan = (name: string): boolean => sink.spans().some((span) => span.name === name)

const traceOf = (name: string): string | undefined =>
  sink.spans().find((span) => span.name === name)?.traceId

const hasLog = (body: string): boolean => sink.logRecords().some((record) => record.body === body)

const counted = (by: string): number =>
  sink
    .metrics()
    .filter(({ name }) => name === 'orders.placed')
    .flatMap(({ points }) => points)
    .filter(({ attributes }) => attributes.by === by)
    .reduce((sum, { value = 0 }) => sum + Number(value), 0)

const get = async (path: string): Promise<number> => {
  const response = await fetch(worker.url + path)
  await response.arrayBuffer()
  return response.status
}

it('what waitUntil records long after a 202 leaves without another request', async () => {
  expect(await get('/hook')).toBe(202)
  await sink.waitFor(() => hasLog('webhook failed'), WAIT_MS)
  expect(hasSpan('process webhook')).toBe(true)
  expect(counted('hook')).toBe(1)
  const [hook] = sink.spans().filter(({ name }) => name === 'GET /hook')
  const [late] = sink.spans().filter(({ name }) => name === 'process webhook')
  expect(late?.traceId).toBe(hook?.traceId)
})

it('instruments and options are the same whatever came first at module scope', async () => {
  await get('/hook')
  await sink.waitFor(() => hasLog('webhook failed'), WAIT_MS)
  const names = new Set(sink.metrics().map(({ name }) => name))
  expect(names).toContain('orders.placed')
  expect(names).toContain('orders.value')
  expect(names).toContain('orders.stock')
  expect(sink.spans()[0]?.resource).toMatchObject({
    'service.name': 'late',
    'service.version': '7',
  })
})

it('a fetch that was kept at module scope is traced', async () => {
  expect(await get('/kept')).toBe(200)
  await sink.waitFor(() => hasSpan('GET /kept') && hasSpan('GET'), WAIT_MS)
  const [client] = sink.spans().filter(({ name }) => name === 'GET')
  const [server] = sink.spans().filter(({ name }) => name === 'GET /kept')
  expect([client?.kind, client?.parentSpanId]).toEqual([3, server?.spanId])
})

it('ctx.exports holds bindings like any, called with properties or not', async () => {
  expect(await (await fetch(`${worker.url}/exports`)).json()).toEqual([
    'ours sells 2',
    'nobody sells 3',
    false,
  ])
  await sink.waitFor(() => hasSpan('GET /exports'), WAIT_MS)
  const [server] = sink.spans().filter(({ name }) => name === 'GET /exports')
  const calls = sink.spans().filter(({ name }) => name === 'Named/total')
  expect(calls.map(({ kind, parentSpanId }) => [kind, parentSpanId])).toEqual([
    [3, server?.spanId],
    [3, server?.spanId],
  ])
  // The wrappers are made once.
  expect((await (await fetch(`${worker.url}/exports`)).json())[2]).toBe(true)
})

it('timers and detached promises of an object send what they record', async () => {
  expect(await get('/object')).toBe(200)
  await sink.waitFor(
    () =>
      hasSpan('object timer') &&
      hasSpan('object detached') &&
      hasLog('object timer fired') &&
      counted('object') === 1,
    WAIT_MS,
  )
})

const talk = async (path: string, isHeard: () => boolean): Promise<void> => {
  const socket = new WebSocket(worker.url.replace('http', 'ws') + path)
  await new Promise((resolve, reject) => {
    socket.onopen = resolve
    socket.onerror = reject
  })
  // Once the upgrade itself has been sent.
  await sink.waitFor(() => sink.requests.length > 0, WAIT_MS)
  await new Promise((resolve) => {
    setTimeout(resolve, 1500)
  })
  socket.send('hello')
  await sink.waitFor(isHeard, WAIT_MS)
  socket.close()
}

it("a message of a Worker's WebSocket sends its span, log and count while the socket is open", async () => {
  await talk('/socket', () => hasSpan('message') && hasLog('heard') && counted('message') === 1)
  expect(traceOf('message')).toBe(traceOf('GET /socket'))
})

it("a message of an object's WebSocket sends its span and log while the socket is open", async () => {
  await talk('/object/socket', () => hasSpan('object message') && hasLog('object heard'))
  expect(traceOf('object message')).toBe(traceOf('GET /object/socket'))
})

it('the parts of a page are sent while the page still streams', async () => {
  const controller = new AbortController()
  const response = await fetch(`${worker.url}/page`, { signal: controller.signal })
  const reader = (response.body as ReadableStream<Uint8Array>).getReader()
  await reader.read()
  await sink.waitFor(() => hasSpan('part') && hasLog('part rendered'), WAIT_MS)
  expect(hasSpan('GET /page')).toBe(false)
  controller.abort()
  await sink.waitFor(() => hasSpan('GET /page'), WAIT_MS)
})

it('a long poll holds nobody else up, and not for ever what it records itself', async () => {
  const controller = new AbortController()
  const poll = fetch(`${worker.url}/poll`, { signal: controller.signal }).catch(() => {})
  await get('/hook')
  await sink.waitFor(() => hasLog('webhook failed'), WAIT_MS)
  await sink.waitFor(() => hasSpan('polled') && hasLog('nothing yet'), WAIT_MS)
  expect(hasSpan('GET /poll')).toBe(false)
  controller.abort()
  await poll
})
