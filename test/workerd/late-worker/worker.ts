import { DurableObject, WorkerEntrypoint } from 'cloudflare:workers'
import { metrics } from '@opentelemetry/api'
import { Hono } from 'hono'
import { stream } from 'hono/streaming'
import {
  exporterState,
  instrumentDurableObject,
  log,
  observability,
  withSpan,
} from 'hono-observability'
import { bindings } from 'hono-observability/bindings'

// What others do before anybody gives options: reading, and instruments that are kept.
log.debug('at module scope', { 'never.seen': true })
exporterState()

const placed = metrics.getMeter('orders').createCounter('orders.placed')
const stock = metrics.getMeter('orders').createObservableGauge('orders.stock')
stock.addCallback((result) => result.observe(7))

/** Reached by `ctx.exports`, with properties. */
export class Named extends WorkerEntrypoint<unknown, { shop?: string }> {
  async total(quantity: number): Promise<string> {
    return `${this.ctx.props.shop ?? 'nobody'} sells ${quantity}`
  }
}

interface Exports {
  readonly Named: {
    (given: { props: { shop: string } }): { total(quantity: number): Promise<string> }
    total(quantity: number): Promise<string>
  }
}

let seen: unknown

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

class DetachedObject extends DurableObject {
  async begin(): Promise<string> {
    setTimeout(() => {
      withSpan('object timer', () => log.error('object timer fired'))
    }, 100)
    void sleep(150).then(() => withSpan('object detached', () => placed.add(1, { by: 'object' })))
    return 'begun'
  }

  override async fetch(): Promise<Response> {
    const { 0: client, 1: server } = new WebSocketPair()
    server.accept()
    server.addEventListener('message', ({ data }) => {
      withSpan('object message', () => log.info('object heard', { data: String(data) }))
      server.send('heard')
    })
    return new Response(null, { status: 101, webSocket: client })
  }
}

export const Detached = instrumentDurableObject(DetachedObject)

interface Env {
  DETACHED: DurableObjectNamespace<DetachedObject>
}

const app = new Hono<{ Bindings: Env }>()

app.use(
  observability({
    service: { name: 'late', version: '7' },
    traces: { fetch: true },
    bindings: bindings(),
    logs: { otlp: true, access: false },
  }),
)

const kept = globalThis.fetch

const early = metrics.getMeter('orders').createHistogram('orders.value')

app.get('/hook', (c) => {
  c.executionCtx.waitUntil(
    (async () => {
      await sleep(100)
      withSpan('process webhook', () => {})
      placed.add(1, { by: 'hook' })
      early.record(12)
      await sleep(3000)
      log.error('webhook failed')
    })(),
  )
  return c.text('accepted', 202)
})

app.get('/exports', async (c) => {
  const { exports } = c.executionCtx as unknown as { exports: Exports }
  const isSame = exports.Named === seen
  seen = exports.Named
  return c.json([
    await exports.Named({ props: { shop: 'ours' } }).total(2),
    await exports.Named.total(3),
    isSame,
  ])
})

app.get('/kept', async (c) => c.text(await (await kept(new URL('/plain', c.req.url))).text()))

app.get('/plain', (c) => c.text('ok'))

app.get('/object', async (c) => {
  const id = c.env.DETACHED.idFromName('one')
  return c.text(await c.env.DETACHED.get(id).begin())
})

app.get('/object/socket', (c) => {
  const id = c.env.DETACHED.idFromName('two')
  return c.env.DETACHED.get(id).fetch(c.req.raw)
})

app.get('/socket', () => {
  const { 0: client, 1: server } = new WebSocketPair()
  server.accept()
  server.addEventListener('message', ({ data }) => {
    withSpan('message', () => log.info('heard', { data: String(data) }))
    placed.add(1, { by: 'message' })
    server.send('heard')
  })
  return new Response(null, { status: 101, webSocket: client })
})

app.get('/page', (c) =>
  stream(c, async (body) => {
    await body.write('head')
    await sleep(50)
    withSpan('part', () => log.info('part rendered'))
    await body.write('part')
    for (let i = 0; i < 100; i++) {
      await body.write('.')
      await sleep(200)
    }
  }),
)

app.get('/poll', async (c) => {
  await sleep(5500)
  withSpan('polled', () => log.info('nothing yet'))
  await sleep(20_000)
  return c.text('nothing new')
})

export default app
