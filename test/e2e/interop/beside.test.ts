import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { DecodedSpan } from '../../support/otlp-decoder.ts'
import { type Sink, startSink } from '../../support/otlp-sink.ts'
import { type RunningWorker, startWorker } from '../../support/worker.ts'

const SERVER = 2
const TRACE_ID = '0af7651916cd43dd8448eb211c80319c'
const TRACEPARENT = `00-${TRACE_ID}-b7ad6b7169203331-01`

let sink: Sink
let sentry: Sink
let worker: RunningWorker | undefined

beforeEach(async () => {
  ;[sink, sentry] = await Promise.all([startSink(), startSink()])
})

afterEach(async () => {
  await Promise.all([worker?.stop(), sink.close(), sentry.close()])
  worker = undefined
})

const start = async (name: string, vars: Record<string, string> = {}): Promise<void> => {
  worker = await startWorker({
    entry: new URL(`${name}.worker.ts`, import.meta.url),
    vars: { OTEL_EXPORTER_OTLP_ENDPOINT: sink.url, ...vars },
  })
}

const get = async (path: string): Promise<Response> => {
  const response = await fetch(`${worker?.url}${path}`, { headers: { traceparent: TRACEPARENT } })
  await response.clone().text()
  return response
}

const servers = (): DecodedSpan[] => sink.spans().filter(({ kind }) => kind === SERVER)

describe('@hono/otel outside our middleware', () => {
  it('on our tracer: makes the one server span, which we enrich', async () => {
    await start('hono-otel')
    // It starts its first span before our tracer is there: that one is ours.
    await get('/orders/1')
    await sink.waitFor(() => servers().length === 1)
    sink.clear()
    await get('/orders/2')
    await get('/boom')
    await sink.waitFor(() => servers().length >= 2)
    const [order, boom] = servers()
    expect(servers()).toHaveLength(2)
    expect(order).toMatchObject({
      name: 'GET /orders/:id',
      traceId: TRACE_ID,
      parentSpanId: 'b7ad6b7169203331',
      scope: { name: '@hono/otel' },
      attributes: { 'http.route': '/orders/:id', 'http.response.status_code': 200 },
    })
    const price = sink.spans().find(({ name }) => name === 'price')
    expect(price?.parentSpanId).toBe(order?.spanId)
    expect(boom).toMatchObject({ status: { code: 2 }, attributes: { 'error.type': 'RangeError' } })
  })

  it("on an SDK's tracer: its spans leave by our pipeline", async () => {
    await start('hono-otel', { SDK: 'true' })
    // This SDK brings no propagator: ours is there from its first span on.
    await get('/orders/1')
    await sink.waitFor(() => servers().length === 1)
    sink.clear()
    await get('/orders/2')
    await get('/boom')
    await sink.waitFor(() => servers().length >= 2)
    expect(servers().map(({ name, traceId }) => [name, traceId])).toEqual([
      ['GET /orders/:id', TRACE_ID],
      ['GET /boom', TRACE_ID],
    ])
    expect(servers()[1]?.attributes['error.type']).toBe('RangeError')
  })
})

describe('Sentry around the Worker', () => {
  it('leaves our spans single and our propagation whole, and gets its errors', async () => {
    await start('sentry', { SENTRY_DSN: `${sentry.url.replace('://', '://key@')}/1` })
    const callee = await startSink({ respond: () => ({ body: 'hello' }) })
    try {
      await get(`/call?url=${callee.url}/v1/logs`)
      expect((await get('/boom')).status).toBe(500)
      await sink.waitFor(() => servers().length >= 2)
      expect(servers().map(({ name, traceId }) => [name, traceId])).toEqual([
        ['GET /call', TRACE_ID],
        ['GET /boom', TRACE_ID],
      ])
      const clients = sink.spans().filter(({ kind }) => kind === 3)
      expect(clients).toHaveLength(1)
      expect(clients[0]?.parentSpanId).toBe(servers()[0]?.spanId)
      expect(callee.requests[0]?.headers.traceparent).toBe(
        `00-${TRACE_ID}-${clients[0]?.spanId}-01`,
      )
      await sentry.waitFor(() => sentry.requests.some(({ text }) => text.includes('RangeError')))
      // No telemetry about telemetry, not even Sentry's about ours.
      const texts = sentry.requests.map(({ text }) => text)
      expect(texts.filter((text) => text.includes(`{"value":"${sink.url}/v1/traces"`))).toEqual([])
      expect(texts.some((text) => text.includes(`{"value":"${callee.url}/v1/logs"`))).toBe(true)
    } finally {
      await callee.close()
    }
  })
})
