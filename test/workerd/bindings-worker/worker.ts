import { DurableObject, RpcTarget, WorkerEntrypoint } from 'cloudflare:workers'
import { Hono } from 'hono'
import {
  instrument,
  type ObservabilityOptions,
  observability,
  type ReadableSpan,
} from 'hono-observability'
import { bindings, rawEnv } from 'hono-observability/bindings'
import { CASES, type Env } from './cases.ts'

/** A Durable Object with an RPC method, and one that returns an object with methods of its own. */
export class Room extends DurableObject {
  async hello(name: string): Promise<string> {
    return `hello ${name}`
  }

  async fail(): Promise<void> {
    throw new RangeError('no room')
  }

  async counter(start: number): Promise<Counter> {
    return new Counter(start)
  }

  override async fetch(request: Request): Promise<Response> {
    return Response.json({
      traceparent: request.headers.get('traceparent'),
      own: request.headers.get('x-own'),
      body: await request.text(),
    })
  }
}

class Counter extends RpcTarget {
  #value: number

  constructor(value: number) {
    super()
    this.#value = value
  }

  add(amount: number): number {
    this.#value += amount
    return this.#value
  }
}

/** Reached by a service binding. */
export class Service extends WorkerEntrypoint {
  async add(a: number, b: number): Promise<number> {
    return a + b
  }

  async callBack(room: { hello(name: string): Promise<string> }): Promise<string> {
    return room.hello('from service')
  }

  override async fetch(request: Request): Promise<Response> {
    return new Response(request.headers.get('traceparent'), {
      status: request.url.endsWith('/missing') ? 404 : 200,
    })
  }
}

const ended: {
  name: string
  kind: number
  traceId: string
  spanId: string
  parentId: string | undefined
  status: number
  attributes: unknown
}[] = []

const options: ObservabilityOptions = {
  service: { name: 'bindings' },
  logs: false,
  otlp: { traces: false, metrics: false },
  traces: {
    processors: [
      {
        onStart: () => {},
        onEnd: (span: ReadableSpan) =>
          void ended.push({
            name: span.name,
            kind: span.kind,
            traceId: span.spanContext().traceId,
            spanId: span.spanContext().spanId,
            parentId: span.parentSpanContext?.spanId,
            status: span.status.code,
            attributes: span.attributes,
          }),
        forceFlush: async () => {},
        shutdown: async () => {},
      },
    ],
  },
}

interface Self {
  scheduled(options: { cron: string; scheduledTime: Date }): Promise<{ outcome: string }>
  queue(name: string, messages: object[]): Promise<object>
}

const selfOf = ({ SELF }: Env): Self => SELF as unknown as Self

const messagesOf = async (outcomes: Promise<string[]>): Promise<object[]> =>
  (await outcomes).map((outcome, index) => ({
    id: `message ${index}`,
    timestamp: new Date(Date.now() - 5000),
    attempts: index + 1,
    body: { outcome },
  }))

const instrumentation = bindings({ caches: true })
const app = new Hono<{ Bindings: Env }>()
// Read before the telemetry, so that reading leaves no spans.
app.get('/spans', (c) => c.json(ended.splice(0)))
app.post('/scheduled', async (c) => {
  const { outcome } = await selfOf(c.env).scheduled({
    cron: (await c.req.json()).cron,
    scheduledTime: new Date(Date.now() - 3000),
  })
  return c.json(outcome)
})
app.post('/queue', async (c) =>
  c.json(await selfOf(c.env).queue('orders', await messagesOf(c.req.json()))),
)
app.get('/cases', (c) => c.json(Object.keys(CASES)))
app.use(observability(options))
app.get('/raw/:name', async (c) => {
  const { ctx, name } = { ctx: c.executionCtx, name: c.req.param('name') }
  return c.json({ value: await CASES[name]?.(rawEnv(c.env), ctx) })
})
app.use((c, next) => {
  c.env = instrumentation.wrap(c.env)
  return next()
})
app.get('/wrapped/:name', async (c) =>
  c.json({ value: await CASES[c.req.param('name')]?.(c.env, c.executionCtx) }),
)

export default instrument(
  {
    fetch: app.fetch,
    async scheduled(controller: { cron: string }, env: Env) {
      const { CACHE } = instrumentation.wrap(env)
      await CACHE.put('cron', controller.cron)
      if (controller.cron === 'fail') {
        throw new RangeError('cron failed')
      }
    },
    async queue(batch: MessageBatch<{ outcome: string }>) {
      for (const message of batch.messages) {
        if (message.body.outcome === 'ack') {
          message.ack()
        } else if (message.body.outcome === 'retry') {
          message.retry()
        } else if (message.body.outcome === 'throw') {
          throw new RangeError('message failed')
        }
      }
    },
  },
  options,
)
