import type { ExporterState } from 'hono-observability'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { load } from '../support/load.ts'
import { type Answer, type Sink, startSink } from '../support/otlp-sink.ts'
import { type RunningWorker, startWorker } from '../support/worker.ts'

const WORKER = new URL('./destinations/worker.ts', import.meta.url)
const COLLECTOR = new URL('./destinations/collector.ts', import.meta.url)

let a: Sink
let b: Sink
let worker: RunningWorker | undefined

beforeEach(async () => {
  ;[a, b] = await Promise.all([startSink(), startSink()])
})

afterEach(async () => {
  await Promise.all([worker?.stop(), a.close(), b.close()])
})

const start = async (endpointB: string = b.url, maxQueueSize = 8192): Promise<void> => {
  worker = await startWorker({
    entry: WORKER,
    vars: { A: a.url, B: endpointB, MAX_QUEUE_SIZE: maxQueueSize },
  })
}

const request = async (count: number): Promise<void> => {
  const result = await load({
    url: worker?.url ?? '',
    requests: count,
    clients: 8,
    path: (i) => `/orders/${i}`,
  })
  expect([result.errors, result.statuses.get(200)]).toEqual([0, count])
}

const state = async (): Promise<ExporterState> => (await fetch(`${worker?.url}/state`)).json()

/** Requests that a receiver has been told of, by its deltas. */
const counted = (sink: Sink): number =>
  sink
    .metrics()
    .filter(({ name }) => name === 'http.server.request.duration')
    .flatMap(({ points }) => points)
    .reduce((sum, point) => sum + Number('count' in point ? point.count : 0), 0)

const hasAll =
  (count: number) =>
  (sink: Sink): boolean =>
    sink.spans().length >= count && sink.logRecords().length >= 2 * count && counted(sink) >= count

const expectAll = (sink: Sink, count: number): void => {
  expect(new Set(sink.spans().map(({ spanId }) => spanId)).size).toBe(count)
  expect([sink.spans().length, counted(sink)]).toEqual([count, count])
}

describe('two destinations', () => {
  it('both get every span, log record and measurement, once, with their own headers', async () => {
    await start()
    await request(300)
    await Promise.all([a.waitFor(hasAll(300), 10_000), b.waitFor(hasAll(300), 10_000)])
    for (const [sink, name] of [
      [a, 'a'],
      [b, 'b'],
    ] as const) {
      expectAll(sink, 300)
      expect(new Set(sink.requests.map(({ headers }) => headers['x-for']))).toEqual(new Set([name]))
    }
  })

  it.each<[string, Answer | 'dead']>([
    ['is not there', 'dead'],
    ['never answers', { never: true }],
    ['takes 1.5 s for each answer', { delayMs: 1500 }],
    ['answers 401', { status: 401 }],
    ['answers 503', { status: 503 }],
  ])('one that %s costs the other neither records nor time', async (_name, answer) => {
    if (answer !== 'dead') {
      b.respond = () => answer
    }
    await start(answer === 'dead' ? 'http://127.0.0.1:1' : b.url, 100)
    for (let round = 1; round <= 4; round++) {
      await request(100)
      // Well under the slow one's answer, and its time limit.
      await a.waitFor(hasAll(100 * round), 1400)
    }
    expectAll(a, 400)
    const { destinations } = await state()
    expect(destinations[0]).toMatchObject({
      consecutiveFailures: 0,
      dropped: 0,
      circuitOpen: false,
    })
    expect(destinations[0]?.signals.traces).toMatchObject({ exported: 400, failures: 0 })
    // Its queue holds 100, and the other's is none the fuller for it.
    expect(destinations[1]?.signals.traces?.queued).toBeLessThanOrEqual(100)
  })

  it('one that was away gets exact deltas once it is back, the other had them at once', async () => {
    b.respond = () => ({ status: 503 })
    await start()
    await request(150)
    await a.waitFor(hasAll(150), 3000)
    b.respond = () => ({})
    await request(50)
    await a.waitFor(hasAll(200), 3000)
    await b.waitFor((sink) => counted(sink) >= 200, 10_000)
    expect([counted(a), counted(b)]).toEqual([200, 200])
  })

  it('one tells of the other in its metrics', async () => {
    await start('http://127.0.0.1:1')
    await request(20)
    await a.waitFor(hasAll(20))
    // Where nobody has ever been, nobody is waited for: each request makes an attempt.
    for (let i = 0; i < 100 && !(await state()).destinations[1]?.circuitOpen; i++) {
      await new Promise((resolve) => setTimeout(resolve, 100))
      await request(1)
    }
    await request(20)
    const open = (): Map<unknown, unknown> => {
      const latest = new Map<unknown, unknown>()
      for (const { name, points } of a.metrics()) {
        for (const point of points) {
          if (name === 'hono.otlp.circuit.open') {
            expect(point.attributes['server.address']).toBe('127.0.0.1')
            latest.set(point.attributes['otel.component.name'], 'value' in point && point.value)
          }
        }
      }
      return latest
    }
    // What a collection says of its own time comes after the spans of the same request.
    await a.waitFor(() => open().get('otlp_http_json_span_exporter/1') === 1)
    expect(open().get('otlp_http_json_span_exporter/0')).toBe(0)
  })
})

describe('a service binding', () => {
  it('carries the exports, whichever request leads', async () => {
    worker = await startWorker({
      entry: WORKER,
      vars: { A: 'http://collector.internal', B: b.url, MAX_QUEUE_SIZE: 8192, BOUND: 'yes' },
      bindings: { COLLECTOR: { type: 'worker', worker: 'collector' } },
      others: [{ name: 'collector', entry: COLLECTOR, vars: { SINK: a.url } }],
    })
    for (let round = 1; round <= 3; round++) {
      await request(100)
      await a.waitFor(hasAll(100 * round), 5000)
    }
    expectAll(a, 300)
    expect(new Set(a.requests.map(({ headers }) => headers['x-via']))).toEqual(new Set(['binding']))
    expect((await state()).destinations[0]).toMatchObject({ dropped: 0, consecutiveFailures: 0 })
  })
})
