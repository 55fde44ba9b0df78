import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Sink, startSink } from '../../support/otlp-sink.ts'
import { type RunningWorker, startWorker } from '../../support/worker.ts'
import { type PlatformSpan, platformSpans, type TailEvent, treeOf } from './platform-spans.ts'

const CALLER_TRACE = '0af7651916cd43dd8448eb211c80319c'
const TRACEPARENT = `00-${CALLER_TRACE}-b7ad6b7169203331-01`

const at = (file: string): URL => new URL(`../../workerd/native-worker/${file}.ts`, import.meta.url)

let sink: Sink
let callee: Sink
let worker: RunningWorker
let events: TailEvent[]

beforeEach(async () => {
  ;[sink, callee] = await Promise.all([startSink(), startSink()])
  events = []
})

afterEach(async () => {
  await Promise.all([worker.stop(), sink.close(), callee.close()])
})

const start = async (native: 'off' | 'on' | 'auto', isTraced = true): Promise<void> => {
  worker = await startWorker({
    entry: at('worker'),
    vars: {
      OTEL_EXPORTER_OTLP_ENDPOINT: sink.url,
      CALLEE: `${callee.url}/v1/callee`,
      NATIVE: native,
    },
    bindings: {
      CACHE: { type: 'kv', id: 'cache' },
      DB: { type: 'd1', id: 'db' },
      BUCKET: { type: 'r2', name: 'bucket' },
      ORDERS: { type: 'queue', name: 'orders' },
      SERVICE: { type: 'worker', worker: 'worker' },
      LIMIT: { type: 'rate-limit', namespace: '1', simple: { limit: 100, period: 60 } },
      COUNTER: { type: 'durable-object', worker: 'worker', exportName: 'Counter' },
      SHIPPING: { type: 'workflow', name: 'shipping', worker: 'worker', exportName: 'Shipping' },
      TAIL: { type: 'worker', worker: 'tail' },
    } as never,
    settings: {
      exports: {
        Counter: { type: 'durable-object', storage: 'sqlite' },
        Shipping: { type: 'workflow', name: 'shipping' },
      },
      triggers: [{ type: 'queue', name: 'orders', maxBatchTimeout: 0 }],
      ...(isTraced && { experimental: { streamingTailConsumers: [{ worker: 'tail' }] } }),
    } as never,
    others: [
      {
        name: 'tail',
        entry: at('tail'),
        compatibilityFlags: ['streaming_tail_worker', 'tail_worker_user_spans'],
      },
    ],
  })
}

const get = async (path: string, headers: Record<string, string> = {}): Promise<string> =>
  (await fetch(`${worker.url}${path}`, { headers })).text()

/** The platform's spans, once as many of this name as there should be are closed; the first of them. */
const spansWith = async (
  name: string,
  count = 1,
): Promise<{ span: PlatformSpan; spans: PlatformSpan[] }> => {
  const { TAIL } = await worker.env<{ TAIL: { fetch(url: string): Promise<Response> } }>()
  for (let attempt = 0; ; attempt++) {
    events.push(...((await (await TAIL.fetch('http://tail/')).json()) as TailEvent[]))
    const spans = platformSpans(events)
    const [span, ...others] = spans.filter((each) => each.name === name && each.isClosed)
    if (span && others.length >= count - 1) {
      return { span, spans }
    }
    if (attempt > 100) {
      throw new Error(`No span ${name} among ${spans.map((each) => each.name).join()}`)
    }
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

const treeWith = async (name: string): Promise<string[]> => {
  const { span, spans } = await spansWith(name)
  return treeOf(spans, span)
}

const lines = (): Record<string, unknown>[] =>
  worker
    .logs()
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Record<string, unknown>)

/** How often a metric was recorded, by what the receiver was sent. */
const recorded = (name: string): number =>
  sink
    .metrics()
    .filter((metric) => metric.name === name)
    .flatMap(({ points }) => points as readonly { count?: unknown }[])
    .reduce((sum, { count }) => sum + Number(count), 0)

describe('`auto`, where the platform traces', () => {
  beforeEach(() => start('auto'))

  it('leaves one set of spans, the platform’s, with the route, the status and custom spans in it', async () => {
    await get('/orders/1')
    expect(JSON.parse(await get('/orders/2'))).toEqual({ price: 7 })
    const { span, spans } = await spansWith('GET /orders/:id', 2)
    // The local D1 is itself asked by `fetch`.
    expect(treeOf(spans, span)).toEqual([
      'GET /orders/:id',
      '  kv_get',
      '  price',
      '    d1_first',
      '      fetch',
    ])
    expect(span.attributes).toMatchObject({
      'http.route': '/orders/:id',
      'http.response.status_code': 200,
      'http.request.method': 'GET',
      'url.path': '/orders/1',
      'faas.coldstart': true,
    })
    const price = spans.find(({ name }) => name === 'price')
    expect(price?.attributes).toEqual({ 'order.lines': 3 })
    await sink.waitFor(() => recorded('http.server.request.duration') >= 2)
    expect(recorded('http.server.request.duration')).toBe(2)
    expect(recorded('db.client.operation.duration')).toBe(4)
    expect(sink.requests.filter(({ signal }) => signal === 'traces')).toEqual([])
    expect(lines().map(({ message, trace_id, span_id }) => [message, trace_id, span_id])).toEqual(
      expect.arrayContaining([
        ['pricing', span.traceId, price?.spanId],
        ['GET /orders/:id 200', span.traceId, span.spanId],
      ]),
    )
  })

  it('records what was thrown, redacted', async () => {
    await get('/boom')
    const { span } = await spansWith('GET /boom')
    const message = 'no stock, api_key=[REDACTED]'
    expect(span.status).toEqual({ code: 'error', message })
    expect(span.attributes).toMatchObject({
      'http.response.status_code': 500,
      'error.type': 'RangeError',
    })
    expect(span.exceptions).toEqual([
      { name: 'RangeError', message, stack: expect.stringContaining('worker.mjs') },
    ])
  })

  it('sends a traceparent along: the caller’s as it came, or one of the platform’s trace', async () => {
    await get('/call', { traceparent: TRACEPARENT })
    await get('/call')
    const { span, spans } = await spansWith('GET /call', 2)
    expect(treeOf(spans, span)).toEqual(['GET /call', '  fetch'])
    expect(span.attributes['hono.caller.trace_id']).toBe(CALLER_TRACE)
    const sent = callee.requests.map(({ headers }) => String(headers.traceparent))
    expect(sent[0]).toBe(TRACEPARENT)
    const line = lines().findLast(({ message }) => message === 'GET /call 200')
    expect(sent[1]).toMatch(new RegExp(`^00-${line?.trace_id}-${line?.span_id}-0[13]$`))
    await sink.waitFor(() => recorded('http.client.request.duration') >= 2)
    expect(recorded('http.client.request.duration')).toBe(2)
  })

  it('takes the spans of other libraries, and of bindings that the platform has no name for', async () => {
    await get('/library')
    expect(await treeWith('GET /library')).toEqual([
      'GET /library',
      '  outer',
      '    detached',
      '    kv_get',
      '  limit LIMIT',
      '    fetch',
    ])
  })

  it('nests in what the app began by the platform’s own means', async () => {
    await get('/mixed')
    expect(await treeWith('GET /mixed')).toEqual([
      'GET /mixed',
      '  theirs',
      '    ours',
      '      kv_get',
      '    kv_get',
    ])
  })

  it('tells the end of a stream, and of an app within the app', async () => {
    expect(await get('/stream')).toBe('tail')
    const { span } = await spansWith('GET /stream')
    expect(span.attributes).toHaveProperty('hono.time_to_headers_ms')
    await get('/nested', { traceparent: TRACEPARENT })
    const nested = await spansWith('GET /nested')
    expect(treeOf(nested.spans, nested.span)).toEqual(['GET /nested', '  GET /inner'])
    expect(nested.span.status).toBeUndefined()
  })

  it('has one span for each call of R2, a queue and a service, whose other ends are named as well', async () => {
    await get('/many')
    const { span, spans } = await spansWith('process orders')
    expect(treeOf(spans, span)).toEqual(['process orders', '  kv_get'])
    expect(span.attributes).toMatchObject({ 'messaging.batch.message_count': 1 })
    expect(await treeWith('GET /many')).toEqual([
      'GET /many',
      '  r2_put',
      '  queue_send',
      '  fetch',
      '    GET /orders/:id',
      '      kv_get',
      '      price',
      '        d1_first',
      '          fetch',
    ])
  })

  it('names what a Durable Object, a cron trigger and a Workflow do', async () => {
    expect(await get('/object')).toBe('1')
    expect(await treeWith('CounterObject/increment')).toEqual([
      'CounterObject/increment',
      '  durable_object_storage_get',
      '  store',
      '    durable_object_storage_put',
    ])
    await worker.scheduled({ cron: '* * * * *' })
    expect(await treeWith('scheduled * * * * *')).toEqual(['scheduled * * * * *', '  kv_get'])
    await get('/ship')
    const { span, spans } = await spansWith('do pack')
    expect(treeOf(spans, span)).toEqual(['do pack', '  kv_get'])
    await spansWith('run shipping')
    await sink.waitFor(() => recorded('http.server.request.duration') >= 2)
    expect(sink.requests.filter(({ signal }) => signal === 'traces')).toEqual([])
  })
})

const OURS = ['GET /orders/:id', 'SELECT DB', 'get CACHE', 'price']

const ownSpans = async (): Promise<string[]> => {
  await get('/orders/1')
  await sink.waitFor(() => sink.spans().length >= OURS.length)
  return sink
    .spans()
    .map(({ name }) => name)
    .sort()
}

it('`auto`, where the platform does not trace, makes and exports all spans', async () => {
  await start('auto', false)
  expect(await ownSpans()).toEqual(OURS)
})

it('`off` does so where the platform traces as well, and tells it nothing', async () => {
  await start('off')
  expect(await ownSpans()).toEqual(OURS)
  const { span, spans } = await spansWith('fetch')
  expect(spans.map(({ name }) => name)).not.toContain('price')
  expect(span.attributes).not.toHaveProperty('http.route')
})

it('`on`, where the platform does not trace, makes none', async () => {
  await start('on', false)
  await get('/orders/1')
  await get('/orders/2', { traceparent: TRACEPARENT })
  await get('/call', { traceparent: TRACEPARENT })
  await sink.waitFor(() => recorded('http.server.request.duration') >= 3)
  expect(sink.requests.filter(({ signal }) => signal === 'traces')).toEqual([])
  expect(lines().at(-1)).toMatchObject({ message: 'GET /call 200', trace_id: CALLER_TRACE })
  expect(callee.requests[0]?.headers.traceparent).toBe(TRACEPARENT)
})
