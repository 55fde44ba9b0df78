import type { ExporterState } from 'hono-observability'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { load } from '../support/load.ts'
import { type Answer, type Sink, startSink } from '../support/otlp-sink.ts'
import { type RunningWorker, startWorker } from '../support/worker.ts'

const WORKER = new URL('./faults/worker.ts', import.meta.url)
const REQUESTS = 20

let sink: Sink
let worker: RunningWorker

beforeAll(async () => {
  sink = await startSink()
})

afterEach(async () => {
  await worker?.stop()
})

afterAll(async () => {
  await sink?.close()
})

const start = async (endpoint: string): Promise<void> => {
  worker = await startWorker({ entry: WORKER, vars: { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint } })
}

const state = async (): Promise<ExporterState> => (await fetch(`${worker.url}/state`)).json()

const until = async (
  predicate: (state: ExporterState) => boolean,
  timeoutMs = 8000,
): Promise<ExporterState> => {
  const deadline = Date.now() + timeoutMs
  for (;;) {
    const now = await state()
    if (now && predicate(now)) {
      return now
    }
    if (Date.now() > deadline) {
      throw new Error(`Not within ${timeoutMs} ms: ${JSON.stringify(now)}`)
    }
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

/** The app answers as it would without telemetry, and at once. */
const expectAppUnaffected = async (): Promise<void> => {
  for (let i = 0; i < REQUESTS; i++) {
    const started = performance.now()
    const response = await fetch(`${worker.url}/orders/${i}`)
    expect(response.status).toBe(200)
    expect(response.headers.get('x-own')).toBe('yes')
    expect(await response.json()).toEqual({ id: String(i) })
    expect(performance.now() - started).toBeLessThan(500)
  }
  const failed = await fetch(`${worker.url}/boom`)
  expect([failed.status, await failed.text()]).toEqual([500, 'Internal Server Error'])
}

const ALL = REQUESTS + 1

describe('the app is unaffected, and the counts say what happened, when the receiver', () => {
  it.each<[string, Answer | ((index: number) => Answer), Partial<Record<string, number>>]>([
    ['takes everything', {}, {}],
    ['answers garbage', { body: '<html>\u0000' }, {}],
    ['answers 5 MB', { bodyBytes: 5_000_000 }, {}],
    ['answers 503 first', (index) => (index < 2 ? { status: 503 } : {}), {}],
    [
      'answers 429 with Retry-After in seconds first',
      (index) => (index === 0 ? { status: 429, headers: { 'retry-after': '1' } } : {}),
      {},
    ],
    [
      'answers 429 with Retry-After as a date first',
      (index) =>
        index === 0
          ? {
              status: 429,
              headers: { 'retry-after': new Date(Date.now() + 2000).toUTCString() },
            }
          : {},
      {},
    ],
    ['never answers the first time', (index) => (index === 0 ? { never: true } : {}), {}],
    ['breaks off the first time', (index) => (index === 0 ? { reset: 'before headers' } : {}), {}],
    ['answers 400', { status: 400 }, { http_400: ALL }],
    [
      'rejects one record of each request',
      { body: '{"partialSuccess":{"rejectedSpans":"1","errorMessage":"no"}}' },
      { rejected: 0 },
    ],
  ])('%s', async (_name, answer, dropped) => {
    sink.clear()
    sink.respond = (_request, index) => (typeof answer === 'function' ? answer(index) : answer)
    await start(sink.url)
    await expectAppUnaffected()
    const { signals } = await until(({ queued }) => queued === 0)
    const traces = signals.traces
    const expected = 'rejected' in dropped ? { rejected: traces?.requests } : dropped
    expect(traces?.recorded).toBe(ALL)
    expect(traces?.dropped).toEqual(expected)
    const lost = Object.values(traces?.dropped ?? {}).reduce((sum, n) => sum + n, 0)
    expect(traces?.exported).toBe(ALL - lost)
  })

  it('is not there', async () => {
    await start('http://127.0.0.1:1')
    await expectAppUnaffected()
    const { signals, consecutiveFailures } = await until(
      ({ consecutiveFailures }) => consecutiveFailures > 1,
    )
    expect(consecutiveFailures).toBeGreaterThan(1)
    expect(signals.traces).toMatchObject({ recorded: ALL, exported: 0 })
    expect(worker.logs()).toContain('traces not delivered to http://127.0.0.1:1: network')
  })
})

describe('10,000 requests to a dead receiver', () => {
  it('hold no more than the cap, and every drop is counted', async () => {
    await start('http://127.0.0.1:1')
    const { errors, statuses } = await load({
      url: worker.url,
      requests: 10_000,
      clients: 32,
      path: (i) => `/orders/${i}`,
    })
    expect([errors, statuses.get(200)]).toEqual([0, 10_000])
    const { queued, signals } = await state()
    expect(queued).toBeLessThanOrEqual(8192)
    expect(signals.traces?.recorded).toBe(10_000)
    expect(signals.traces?.dropped.queue_full).toBe(10_000 - queued)
    expect(worker.logs().match(/dropping traces: queue_full/g)).toHaveLength(1)
  })
})
