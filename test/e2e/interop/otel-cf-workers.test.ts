import { inspect } from 'node:util'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { load } from '../../support/load.ts'
import type { DecodedSpan } from '../../support/otlp-decoder.ts'
import { type Sink, startSink } from '../../support/otlp-sink.ts'
import { type RunningWorker, startWorker } from '../../support/worker.ts'

const SERVER = 2
const ERROR = 2

let sink: Sink
let worker: RunningWorker

beforeAll(async () => {
  sink = await startSink()
  worker = await startWorker({
    entry: new URL('otel-cf-workers.worker.ts', import.meta.url),
    vars: { OTEL_EXPORTER_OTLP_ENDPOINT: sink.url },
    bindings: {
      CACHE: { type: 'kv', id: 'cache' },
      COUNTER: { type: 'durable-object', worker: 'worker', exportName: 'Counter' },
    },
    settings: { exports: { Counter: { type: 'durable-object', storage: 'sqlite' } } },
  })
})

afterEach(() => {
  sink.respond = () => ({})
  sink.clear()
})

afterAll(async () => {
  await worker?.stop()
  await sink?.close()
})

const get = async (path: string, headers: Record<string, string> = {}): Promise<Response> => {
  const response = await fetch(`${worker.url}${path}`, { headers })
  await response.clone().text()
  return response
}

const named = (name: string): DecodedSpan | undefined =>
  sink.spans().find((span) => span.name === name)

const received = async (name: string): Promise<DecodedSpan> => {
  await sink.waitFor(() => named(name) !== undefined)
  return named(name) as DecodedSpan
}

const servers = (): DecodedSpan[] => sink.spans().filter(({ kind }) => kind === SERVER)

describe("a Worker wrapped by otel-cf-workers' instrument", () => {
  it('keeps its one server span, with our route and status, and its binding spans', async () => {
    const traceId = '0af7651916cd43dd8448eb211c80319c'
    const response = await get('/orders/7?token=secret', {
      traceparent: `00-${traceId}-b7ad6b7169203331-01`,
      'user-agent': 'test',
    })
    expect(response.headers.get('x-request-id')).toMatch(/^[\da-f-]{36}$/)
    const server = await received('GET /orders/:id')
    expect(servers()).toHaveLength(1)
    expect(server).toMatchObject({
      traceId,
      parentSpanId: 'b7ad6b7169203331',
      resource: { 'service.name': 'shop', 'telemetry.sdk.name': 'hono-observability' },
      scope: { name: '@microlabs/otel-cf-workers' },
      attributes: {
        'http.route': '/orders/:id',
        'http.response.status_code': 200,
        'url.query': 'token=REDACTED',
        'url.scheme': 'http',
        'server.address': '127.0.0.1',
      },
    })
    expect(Object.keys(server.attributes)).not.toContain('user_agent.original')
    const children = sink.spans().filter(({ parentSpanId }) => parentSpanId === server.spanId)
    expect(children.map(({ name }) => name)).toEqual(['KV CACHE put', 'KV CACHE get'])
    expect(inspect(sink.spans(), { depth: null })).not.toContain('secret')
  })

  it('gains metrics, and logs that know their trace', async () => {
    await get('/orders/7')
    const server = await received('GET /orders/:id')
    await sink.waitFor(
      () =>
        sink.logRecords().filter(({ traceId }) => traceId === server.traceId).length === 2 &&
        sink.metrics().some(({ name }) => name === 'http.server.request.duration'),
    )
  })

  it('says ERROR of what an error handler turned into a 500, without its secrets', async () => {
    expect((await get('/boom')).status).toBe(500)
    const server = await received('GET /boom')
    expect(server.status.code).toBe(ERROR)
    expect(server.attributes).toMatchObject({
      'error.type': 'RangeError',
      'http.response.status_code': 500,
    })
    expect(inspect(sink.spans(), { depth: null })).not.toContain('4111 1111')
  })

  it('names a 404 after its method, and has no route', async () => {
    await get('/nothing/here')
    const server = await received('GET')
    expect(server.attributes['http.route']).toBeUndefined()
    expect(server.status.code).toBe(0)
  })

  it('sends a span that nobody ended, marked, once the invocation is over', async () => {
    await get('/open')
    const open = await received('never ended')
    expect(open.attributes).toMatchObject({ 'hono.incomplete': true, 'app.step': 1 })
    expect(open.parentSpanId).toBe((await received('GET /open')).spanId)
  })

  it('waits for a span that ends in waitUntil', async () => {
    await get('/late')
    const late = await received('late')
    expect(late.attributes['hono.incomplete']).toBeUndefined()
    expect(Number(late.endTimeUnixNano - late.startTimeUnixNano) / 1e6).toBeGreaterThanOrEqual(90)
  })

  it("continues the trace in outgoing requests, and makes no spans of the exporter's", async () => {
    const callee = await startSink({ respond: () => ({ body: 'hello' }) })
    try {
      await get(`/call?url=${callee.url}/v1/logs`)
      const client = await received(`fetch GET ${new URL(callee.url).host}`)
      expect(callee.requests[0]?.headers.traceparent).toContain(client.spanId)
      await get('/plain')
      await received('GET /plain')
      expect(sink.spans().filter(({ name }) => name.startsWith('fetch POST'))).toEqual([])
    } finally {
      await callee.close()
    }
  })

  it('sends what scheduled handlers record', async () => {
    await worker.scheduled({ cron: '* * * * *' })
    const kv = await received('KV CACHE get')
    expect((await received('scheduledHandler * * * * *')).spanId).toBe(kv.parentSpanId)
  })

  it('sends what Durable Objects record, without another request', async () => {
    await get('/object')
    const inside = await received('in the object')
    const object = sink.spans().find(({ spanId }) => spanId === inside.parentSpanId)
    expect(object?.name).toMatch(/^Durable Object Alarm/)
  })

  it('sends a batch for many requests, every span once, through a receiver that fails', async () => {
    sink.respond = (_request, index) => (index === 1 ? { status: 503 } : {})
    const result = await load({
      url: worker.url,
      requests: 500,
      clients: 16,
      path: (i) => `/orders/${i}`,
    })
    expect(result.errors).toBe(0)
    await sink.waitFor(() => sink.spans().length >= 1500, 20_000)
    const ids = sink.spans().map(({ spanId }) => spanId)
    expect([ids.length, new Set(ids).size]).toEqual([1500, 1500])
    expect(sink.requests.filter(({ signal }) => signal === 'traces').length).toBeLessThan(50)
  })

  it('answers probes', async () => {
    expect((await get('/livez')).status).toBe(200)
  })

  it('says nothing about spans that were not ended or tracers of the wrong type', () => {
    expect(worker.logs()).not.toMatch(/not ended properly|WorkerTracer|exporting spans failed/)
  })
})
