import { afterEach, describe, expect, it } from 'vitest'
import { load } from '../support/load.ts'
import { type Respond, type Sink, startSink } from '../support/otlp-sink.ts'
import { type RunningWorker, startWorker } from '../support/worker.ts'

const REQUESTS = 1000

let sink: Sink | undefined
let worker: RunningWorker | undefined

afterEach(async () => {
  await worker?.stop()
  await sink?.close()
})

const start = async (vars: Record<string, string>, respond?: Respond): Promise<Sink> => {
  sink = await startSink(respond && { respond })
  worker = await startWorker({
    entry: new URL('./protobuf/worker.ts', import.meta.url),
    vars: { OTEL_EXPORTER_OTLP_ENDPOINT: sink.url, ...vars },
  })
  return sink
}

const sumOf = (sink: Sink, name: string): number =>
  sink
    .metrics()
    .filter((metric) => metric.name === name)
    .flatMap(({ points }) => points)
    .reduce((sum, { value, count }) => sum + (value ?? count ?? 0), 0)

const request = async (receiver: Sink): Promise<void> => {
  const { errors, statuses } = await load({
    url: worker?.url ?? '',
    requests: REQUESTS,
    clients: 8,
    path: (i) => `/orders/${i}`,
  })
  expect([errors, statuses.get(200)]).toEqual([0, REQUESTS])
  await receiver.waitFor(
    () =>
      receiver.spans().length >= REQUESTS &&
      receiver.logRecords().length >= 2 * REQUESTS &&
      sumOf(receiver, 'orders') >= 2 * REQUESTS,
    20_000,
  )
}

/** Everything arrived, once, as the independent decoder reads it. */
const expectAll = (receiver: Sink): void => {
  const spans = receiver.spans()
  expect(spans).toHaveLength(REQUESTS)
  expect(new Set(spans.map(({ attributes }) => attributes['order.id'])).size).toBe(REQUESTS)
  expect(spans[0]).toMatchObject({
    name: 'GET /orders/:id',
    kind: 2,
    resource: { 'service.name': 'shop' },
    attributes: { 'http.route': '/orders/:id', 'order.lines': ['a', 'ž'] },
  })
  // One of ours and the access record for each.
  const records = receiver.logRecords()
  expect(records).toHaveLength(2 * REQUESTS)
  const read = records.filter(({ body }) => body === 'order read')
  expect(new Set(read.map(({ attributes }) => (attributes.order as { id: number }).id)).size).toBe(
    REQUESTS,
  )
  const traceIds = new Set(spans.map(({ traceId }) => traceId))
  expect(read.every(({ traceId }) => traceIds.has(traceId))).toBe(true)
  expect(sumOf(receiver, 'orders')).toBe(2 * REQUESTS)
  expect(sumOf(receiver, 'http.server.request.duration')).toBe(REQUESTS)
}

/** Content types and encodings of a signal's requests. */
const formsOf = (receiver: Sink, signal: string): Set<string> =>
  new Set(
    receiver.requests
      .filter((request) => request.signal === signal)
      .map(({ headers, body }) =>
        [headers['content-type'], headers['content-encoding'], body.length >= 1400].join(' '),
      ),
  )

describe('in workerd', () => {
  it('all signals arrive exactly, in protobuf and compressed when large, though a quarter is put off', async () => {
    // Deltas are sent again after a 503, because it says that they were not taken.
    const receiver = await start({ OTEL_EXPORTER_OTLP_COMPRESSION: 'gzip' }, (_, index) =>
      index % 4 === 1 ? { status: 503, headers: { 'retry-after': '0' } } : {},
    )
    await request(receiver)
    expectAll(receiver)
    for (const signal of ['traces', 'metrics', 'logs']) {
      const forms = formsOf(receiver, signal)
      expect(forms).toContain('application/x-protobuf gzip true')
      forms.delete('application/x-protobuf gzip true')
      forms.delete('application/x-protobuf  false')
      expect([...forms]).toEqual([])
    }
    const types = receiver
      .metrics()
      .filter(({ name }) => name === 'otel.sdk.exporter.operation.duration')
      .flatMap(({ points }) => points.map(({ attributes }) => attributes['otel.component.type']))
    expect(new Set(types)).toEqual(
      new Set(['otlp_http_span_exporter', 'otlp_http_metric_exporter', 'otlp_http_log_exporter']),
    )
  })

  it('the environment can choose encoding and compression of each signal', async () => {
    const receiver = await start({
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
      OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: 'http/protobuf',
      OTEL_EXPORTER_OTLP_LOGS_COMPRESSION: 'gzip',
    })
    await request(receiver)
    expectAll(receiver)
    expect(formsOf(receiver, 'traces')).toContain('application/x-protobuf  true')
    expect(formsOf(receiver, 'metrics')).toContain('application/json  true')
    expect(formsOf(receiver, 'logs')).toContain('application/json gzip true')
  })
})
