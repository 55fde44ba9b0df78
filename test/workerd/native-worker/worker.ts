import {
  DurableObject,
  env,
  WorkflowEntrypoint,
  type WorkflowEvent,
  type WorkflowStep,
} from 'cloudflare:workers'
import { trace } from '@opentelemetry/api'
import { Hono } from 'hono'
import {
  instrument,
  instrumentDurableObject,
  instrumentWorkflow,
  log,
  type ObservabilityOptions,
  observability,
  withSpan,
} from 'hono-observability'
import { bindings } from 'hono-observability/bindings'

interface Env {
  CACHE: KVNamespace
  DB: D1Database
  BUCKET: R2Bucket
  ORDERS: Queue<string>
  SERVICE: Fetcher
  LIMIT: RateLimit
  COUNTER: DurableObjectNamespace<CounterObject>
  SHIPPING: Workflow
  CALLEE: string
}

const options: ObservabilityOptions = {
  service: { name: 'native' },
  native: (env as unknown as { NATIVE: 'off' | 'on' | 'auto' }).NATIVE,
  bindings: bindings(),
  traces: { fetch: true },
}

const app = new Hono<{ Bindings: Env }>()
app.use(observability(options))

app.get('/orders/:id', async (c) => {
  await c.env.CACHE.get('cart')
  const price = await withSpan('price', async (span) => {
    span.setAttribute('order.lines', 3)
    log.info('pricing')
    const row = await c.env.DB.prepare('SELECT 7 AS price').first<{ price: number }>()
    return row?.price
  })
  return c.json({ price })
})

app.get('/call', async (c) => {
  await fetch(c.env.CALLEE, { method: 'POST' })
  return c.text('called')
})

app.get('/library', async (c) => {
  await trace.getTracer('library').startActiveSpan('outer', async (outer) => {
    const detached = trace.getTracer('library').startSpan('detached')
    await c.env.CACHE.get('below-outer')
    outer.end()
    detached.end()
  })
  await c.env.LIMIT.limit({ key: 'a' })
  return c.text('done')
})

app.get('/mixed', async (c) => {
  const { tracing } = c.executionCtx as ExecutionContext
  await tracing.enterSpan('theirs', async () => {
    await withSpan('ours', () => c.env.CACHE.get('below-ours'))
    await c.env.CACHE.get('below-theirs')
  })
  return c.text('mixed')
})

app.get('/boom', () => {
  throw new RangeError('no stock, api_key=sk_live_1234567890abcdef')
})

app.get('/stream', () => {
  const { readable, writable } = new TransformStream<Uint8Array>()
  const writer = writable.getWriter()
  void (async () => {
    await new Promise((resolve) => setTimeout(resolve, 20))
    await writer.write(new TextEncoder().encode('tail'))
    await writer.close()
  })()
  return new Response(readable)
})

app.get('/many', async (c) => {
  await c.env.BUCKET.put('key', 'value')
  await c.env.ORDERS.send('order')
  await c.env.SERVICE.fetch('http://service/orders/3')
  return c.text('many')
})

app.get('/object', async (c) =>
  c.json(await c.env.COUNTER.get(c.env.COUNTER.idFromName('one')).increment()),
)

app.get('/ship', async (c) => {
  await c.env.SHIPPING.create({ id: 'one' })
  return c.text('shipped')
})

const inner = new Hono().use(observability(options)).get('/inner', (c) => c.text('inner', 503))
app.get('/nested', async (c) => {
  await inner.fetch(new Request('http://inner/inner', c.req.raw), c.env, c.executionCtx)
  return c.text('outer')
})

class CounterObject extends DurableObject {
  async increment(): Promise<number> {
    const value = ((await this.ctx.storage.get<number>('value')) ?? 0) + 1
    await withSpan('store', () => this.ctx.storage.put('value', value))
    return value
  }
}

export const Counter = instrumentDurableObject(CounterObject, options)

class ShippingWorkflow extends WorkflowEntrypoint<Env> {
  override async run(_event: WorkflowEvent<unknown>, step: WorkflowStep): Promise<void> {
    await step.do('pack', async () => {
      await this.env.CACHE.get('by-step')
    })
  }
}

export const Shipping = instrumentWorkflow(ShippingWorkflow, options)

export default instrument(
  {
    fetch: app.fetch,
    async queue(_batch: MessageBatch, env: Env) {
      await env.CACHE.get('by-queue')
    },
    async scheduled(_controller: ScheduledController, env: Env) {
      await env.CACHE.get('by-cron')
    },
  },
  options,
)
