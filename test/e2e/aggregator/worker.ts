import { type Context, Hono } from 'hono'
import { MetricsAggregator } from 'hono-observability/aggregator'
import { prometheusRoute } from 'hono-observability/prometheus'
import { AggregatorSender, bindingTransport } from '../../../src/export/aggregator/client.ts'
import type { AggregatorPush } from '../../../src/export/aggregator/protocol.ts'
import { createMeterProvider } from '../../../src/metrics/provider.ts'
import type { MetricReader } from '../../../src/metrics/reader.ts'

/** An aggregator that can be told to die, as the platform may have it do at any time. */
export class Metrics extends MetricsAggregator {
  override options = { intervalMs: 500 }

  die(): void {
    ;(this.ctx as unknown as { abort(reason: string): void }).abort('told to')
  }
}

interface Stub {
  push(push: AggregatorPush): Promise<{ applied: boolean }>
  snapshot(): Promise<unknown>
  die(): Promise<void>
}

interface Bindings {
  METRICS: { idFromName(name: string): unknown; get(id: unknown): Stub }
  /** Share of pushes, and as many answers, that are lost. */
  LOSS?: number
  [isolate: `ISOLATE_${string}`]: { fetch(request: Request): Promise<Response> }
}

const app = new Hono<{ Bindings: Bindings }>()
const objectOf = ({ METRICS }: Bindings, name: string) => METRICS.get(METRICS.idFromName(name))

/** What an isolate keeps from one request to the next. Made in the first. */
interface Isolate {
  reader: MetricReader
  sender: AggregatorSender
  record(seconds: number, route: string, status: number): void
  requests: number
}

let isolate: Isolate | undefined

const lossy = (loss: number) => {
  const { push, register } = bindingTransport('METRICS')
  const maybeLose = (what: string) => {
    if (Math.random() < loss) throw new Error(`${what} lost`)
  }
  return {
    register,
    push: async (env: unknown, message: AggregatorPush) => {
      maybeLose('push')
      const ack = await push(env, message)
      maybeLose('answer')
      return ack
    },
  }
}

const theIsolate = (loss = 0): Isolate => {
  if (!isolate) {
    const provider = createMeterProvider()
    const reader = provider.addReader('aggregator')
    const meter = provider.getMeter('test')
    const advice = { explicitBucketBoundaries: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1] }
    const duration = meter.createHistogram('http.server.request.duration', { unit: 's', advice })
    const requests = meter.createCounter('shop.requests', { unit: '{request}' })
    const sender = new AggregatorSender({
      instance: crypto.randomUUID(),
      startMs: Date.now(),
      resource: { 'service.name': 'shop' },
      transport: lossy(loss),
    })
    const record = (seconds: number, route: string, status: number) => {
      const attributes = { 'http.route': route, 'http.response.status_code': status }
      duration.record(seconds, attributes)
      requests.add(1, attributes)
    }
    isolate = { reader, sender, record, requests: 0 }
  }
  return isolate
}

const push = (c: Context<{ Bindings: Bindings }>, { sender, reader }: Isolate) =>
  sender.push(c.env, c.req.query('shard') ?? 'default', () => reader.collect())

app.route('/', prometheusRoute({ aggregator: 'METRICS', token: 's3cret' }))

app.get('/jobs/:route', (c) => {
  const one = theIsolate(c.env.LOSS)
  const status = Number(c.req.query('status') ?? 200)
  one.record(Number(c.req.query('ms') ?? 1) / 1000, `/${c.req.param('route')}`, status)
  one.requests++
  if (one.requests % 10 === 0) {
    c.executionCtx.waitUntil(push(c, one))
  }
  return c.text('', status as 200)
})

/** Waits until all that this isolate recorded is acknowledged. */
app.post('/drain', async (c) => {
  const one = theIsolate(c.env.LOSS)
  let report = await push(c, one)
  for (let i = 0; report.pending || one.reader.pending; i++) {
    if (i > 200) return c.json(report, 500)
    // Another request may be at it.
    await new Promise((resolve) => setTimeout(resolve, 50))
    report = await push(c, one)
  }
  return c.json(report)
})

/** More than RPC carries, from an isolate of its own: counters, by number, each with many long attribute sets. */
app.post('/large/:counters/:sets/:length', async (c) => {
  const [counters = 0, sets = 0, length = 0] = ['counters', 'sets', 'length'].map((name) =>
    Number(c.req.param(name as 'sets')),
  )
  const provider = createMeterProvider()
  const reader = provider.addReader('aggregator')
  const long = 'x'.repeat(length)
  for (let counter = 0; counter < counters; counter++) {
    const instrument = provider.getMeter('test').createCounter(`large.${counter}`)
    for (let set = 0; set < sets; set++) instrument.add(1, { set, long })
  }
  const sender = new AggregatorSender({
    instance: crypto.randomUUID(),
    startMs: Date.now(),
    resource: { 'service.name': 'large' },
  })
  return c.json(await sender.push(c.env, 'large', () => reader.collect()))
})

app.post('/push', async (c) => {
  const message = await c.req.json<AggregatorPush>()
  return c.json(await objectOf(c.env, message.shard).push(message))
})

/** Many pushes at once from one request. */
app.post('/parallel/:count', async (c) => {
  const message = await c.req.json<AggregatorPush>()
  const count = Number(c.req.param('count'))
  const acks = await Promise.all(
    Array.from({ length: count }, (_, i) =>
      objectOf(c.env, message.shard).push({
        ...message,
        instance: `parallel ${i % 10}`,
        seq: i + 1,
      }),
    ),
  )
  return c.json(acks.filter(({ applied }) => applied).length)
})

app.get('/snapshot/:shard', async (c) =>
  c.json(await objectOf(c.env, c.req.param('shard')).snapshot()),
)

app.post('/die/:shard', async (c) => {
  await objectOf(c.env, c.req.param('shard'))
    .die()
    .catch(() => {})
  return c.text('dead')
})

app.all('/isolate/:name/*', (c) => {
  const url = new URL(c.req.url)
  url.pathname = url.pathname.replace(/^\/isolate\/\w+/, '')
  const other = c.env[`ISOLATE_${c.req.param('name')}`]
  return other ? other.fetch(new Request(url, c.req.raw)) : c.notFound()
})

export default app
