import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { type Sink, startSink } from '../../support/otlp-sink.ts'
import { type RunningWorker, startWorker } from '../../support/worker.ts'

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c'
const SPAN_ID = 'b7ad6b7169203331'
const HEADERS = {
  traceparent: `00-${TRACE_ID}-${SPAN_ID}-00`,
  tracestate: 'evil=1',
  baggage: 'user=admin',
}

let sink: Sink
let worker: RunningWorker

beforeAll(async () => {
  sink = await startSink()
  worker = await startWorker({
    entry: new URL('./trust-inbound/worker.ts', import.meta.url),
    vars: { OTEL_EXPORTER_OTLP_ENDPOINT: sink.url },
    bindings: { SELF: { type: 'worker', worker: 'worker' } } as never,
  })
})

beforeEach(() => sink.clear())

afterAll(async () => {
  await worker?.stop()
  await sink?.close()
})

it('a client gets a trace of its own, linked to what it claims, whatever its flag says', async () => {
  const headers = { ...HEADERS, origin: 'https://orders.internal' }
  const response = await fetch(`${worker.url}/read`, { headers })
  expect(await response.text()).toBe('none')
  await sink.waitFor(() => sink.spans().length > 0)
  const [span] = sink.spans()
  expect(span?.traceId).not.toBe(TRACE_ID)
  expect(span?.parentSpanId).toBe('')
  expect(span?.traceState).toBe('')
  expect(span?.links).toMatchObject([
    {
      traceId: TRACE_ID,
      spanId: SPAN_ID,
      traceState: '',
      attributes: { 'hono.link.reason': 'untrusted_caller' },
    },
  ])
})

it('a Worker that calls the internal origin by a service binding is believed', async () => {
  const headers = { ...HEADERS, traceparent: HEADERS.traceparent.replace(/0$/, '1') }
  const response = await fetch(`${worker.url}/bound`, { headers })
  expect(await response.text()).toBe('admin')
  await sink.waitFor(() => sink.spans().length > 1)
  const inner = sink.spans().find(({ name }) => name === 'GET /read')
  expect(inner).toMatchObject({ traceId: TRACE_ID, parentSpanId: SPAN_ID, links: [] })
  const outer = sink.spans().find(({ name }) => name === 'GET /bound')
  expect(outer?.links).toMatchObject([{ traceId: TRACE_ID }])
})
