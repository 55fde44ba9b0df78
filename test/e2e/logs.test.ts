import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Sink, startSink } from '../support/otlp-sink.ts'
import { type RunningWorker, startWorker } from '../support/worker.ts'

type Line = Record<string, unknown>

let sink: Sink
let worker: RunningWorker

beforeAll(async () => {
  sink = await startSink()
  worker = await startWorker({
    entry: new URL('./logs/worker.ts', import.meta.url),
    vars: { OTEL_EXPORTER_OTLP_ENDPOINT: sink.url },
  })
})

afterAll(async () => {
  await worker?.stop()
  await sink?.close()
})

const lines = (): Line[] =>
  worker
    .logs()
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line))

const until = async (predicate: () => boolean): Promise<void> => {
  for (let i = 0; i < 200 && !predicate(); i++) {
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  expect(predicate()).toBe(true)
}

describe('1,000 concurrent requests that log at three await points', () => {
  it('write valid lines, each with the ids of its own request', async () => {
    const answers = await Promise.all(
      Array.from({ length: 1000 }, async (_, i) => {
        const response = await fetch(`${worker.url}/orders/${i}`)
        return (await response.json()) as { id: string; requestId: string }
      }),
    )
    await until(() => lines().length >= 4000)
    const requestIdOf = new Map(answers.map(({ id, requestId }) => [id, requestId]))
    const traceIdOf = new Map<string, string>()
    const written = lines()
    expect(written).toHaveLength(4000)
    for (const line of written) {
      const id = String(line['order.id'])
      expect(line.request_id).toBe(requestIdOf.get(id))
      const traceId = traceIdOf.get(id) ?? String(line.trace_id)
      traceIdOf.set(id, traceId)
      expect(line.trace_id).toBe(traceId)
      expect(line.trace_id).toMatch(/^[\da-f]{32}$/)
      expect(line.span_id).toMatch(/^[\da-f]{16}$/)
    }
    expect(new Set(traceIdOf.values()).size).toBe(1000)
    await sink.waitFor(() => sink.logRecords().length >= 4000, 10_000)
    expect(sink.logRecords()).toHaveLength(4000)
  })

  it('have keys in the documented order, and one access line each', () => {
    const access = lines().find(({ logger }) => logger === 'access') as Line
    expect(Object.keys(access)).toEqual([
      'timestamp',
      'level',
      'severity_number',
      'message',
      'logger',
      'service.name',
      'trace_id',
      'span_id',
      'trace_flags',
      'request_id',
      'http.request.method',
      'http.route',
      'url.path',
      'http.response.status_code',
      'duration_ms',
      'outcome',
      'order.id',
      'user.password',
    ])
    expect(access).toMatchObject({ message: 'GET /orders/:id 200', level: 'info', outcome: 'ok' })
    expect(lines().filter(({ logger }) => logger === 'access')).toHaveLength(1000)
  })
})

describe('an error', () => {
  it('is on the access line, in the header and in OTLP, without its secrets', async () => {
    const response = await fetch(`${worker.url}/fails`)
    expect(response.status).toBe(500)
    const id = response.headers.get('x-error-id')
    await until(() => lines().some(({ message }) => message === 'GET /fails 500'))
    const line = lines().find(({ message }) => message === 'GET /fails 500') as Line
    expect(line).toMatchObject({
      level: 'error',
      outcome: 'error',
      'error.id': id,
      'error.kind': 'unexpected',
      'exception.type': 'RangeError',
    })
    await sink.waitFor(
      () =>
        sink.logRecords().some(({ eventName }) => eventName === 'http.server.request.exception'),
      5000,
    )
    const span = sink.spans().find(({ name }) => name === 'GET /fails')
    const event = sink.logRecords().find(({ eventName }) => eventName)
    expect(event).toMatchObject({
      severityNumber: 17,
      traceId: span?.traceId,
      spanId: span?.spanId,
      attributes: { 'exception.type': 'RangeError' },
    })
    // Exceptions leave as records here, not as span events.
    expect(span?.events).toEqual([])
  })

  it('of a client is a warning', async () => {
    await fetch(`${worker.url}/denied`)
    await until(() => lines().some(({ message }) => message === 'GET /denied 403'))
    expect(lines().find(({ message }) => message === 'GET /denied 403')).toMatchObject({
      level: 'warn',
      'error.kind': 'security',
      'error.threat_type': 'authorization',
    })
  })

  it('leaves no secret in any record or line of ours', async () => {
    const exported = sink.requests
      .filter(({ path }) => path === '/v1/logs')
      .map(({ text }) => text)
      .join('\n')
    const written = lines()
      .map((line) => JSON.stringify(line))
      .join('\n')
    for (const secret of ['hunter2-secret', '4111 1111 1111 1111', 'abc.def-123456789']) {
      expect(written).not.toContain(secret)
      expect(exported).not.toContain(secret)
    }
  })
})
