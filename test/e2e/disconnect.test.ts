import { connect } from 'node:net'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Sink, startSink } from '../support/otlp-sink.ts'
import { type RunningWorker, startWorker } from '../support/worker.ts'

let sink: Sink
let worker: RunningWorker

beforeAll(async () => {
  sink = await startSink()
  worker = await startWorker({
    entry: new URL('./disconnect/worker.ts', import.meta.url),
    vars: { OTEL_EXPORTER_OTLP_ENDPOINT: sink.url },
  })
})

afterAll(async () => {
  await worker?.stop()
  await sink?.close()
})

const resetAfter = (path: string, delayMs: number): Promise<void> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(worker.url)
    const socket = connect(Number(port), hostname, () => {
      socket.write(`GET ${path} HTTP/1.1\r\nhost: ${hostname}\r\n\r\n`)
      setTimeout(() => socket.resetAndDestroy(), delayMs)
    })
    socket.on('error', reject)
    socket.on('close', () => resolve())
  })

it('a client that goes away in the middle of a stream ends its span there, without an error', async () => {
  const controller = new AbortController()
  const response = await fetch(`${worker.url}/ticks`, { signal: controller.signal })
  const reader = (response.body as ReadableStream<Uint8Array>).getReader()
  await reader.read()
  controller.abort()
  await reader.read().catch(() => {})
  await sink.waitFor(() => sink.spans().some(({ name }) => name === 'GET /ticks'), 10_000)
  const span = sink.spans().find(({ name }) => name === 'GET /ticks')
  expect(span?.attributes).toMatchObject({
    'hono.stream.outcome': 'cancel',
    'http.response.status_code': 200,
  })
  expect(span?.status.code).toBe(0)
  const durationMs = Number((span?.endTimeUnixNano ?? 0n) - (span?.startTimeUnixNano ?? 0n)) / 1e6
  expect(durationMs).toBeLessThan(4000)
})

it('a client that goes away before the answer loses nothing either', async () => {
  // A reset, which workerd sees at once: of what only closes, it learns when it answers. Then nothing but the promise
  // that was registered before lets the request end.
  await resetAfter('/slow', 100)
  await sink.waitFor(() => sink.spans().some(({ name }) => name === 'GET /slow'), 10_000)
  expect(sink.spans().filter(({ name }) => name === 'GET /slow')).toHaveLength(1)
})
