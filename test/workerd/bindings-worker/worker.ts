import { DurableObject, RpcTarget, WorkerEntrypoint, WorkflowEntrypoint } from 'cloudflare:workers'
import { Hono } from 'hono'
import {
  instrument,
  type ObservabilityOptions,
  observability,
  type ReadableSpan,
} from 'hono-observability'
import { bindings, rawEnv } from 'hono-observability/bindings'
import { CARRIED } from './carried.ts'
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

  async counters(): Promise<{ first: Counter }> {
    return { first: new Counter(1) }
  }

  async doubler(): Promise<(value: number) => number> {
    return (value) => value * 2
  }

  async chain(): Promise<Chain> {
    return new Chain(0)
  }

  async rest(durationMs: number): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, durationMs))
  }

  /** Its arguments, as they came. */
  async received(...args: unknown[]): Promise<unknown[]> {
    return args
  }

  async shown(...args: unknown[]): Promise<unknown> {
    return readable(args)
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

  get start(): number {
    return this.#value
  }

  get inner(): Counter {
    return new Counter(this.#value)
  }

  add(amount: number): number {
    this.#value += amount
    return this.#value
  }
}

/** Over RPC, it can be followed for as long as one likes. */
class Chain extends RpcTarget {
  readonly #depth: number

  constructor(depth: number) {
    super()
    this.#depth = depth
  }

  next(): Chain {
    return new Chain(this.#depth + 1)
  }

  depth(): number {
    return this.#depth
  }

  received(...args: unknown[]): unknown[] {
    return args
  }
}

/** Answers with what it was given, as it was given. */
export class Flow extends WorkflowEntrypoint {
  override async run({ payload }: { payload: unknown }): Promise<unknown> {
    return payload ?? 'nothing'
  }
}

/** Reached by a service binding. */
export class Service extends WorkerEntrypoint {
  async add(a: number, b: number): Promise<number> {
    return a + b
  }

  async use(counter: { add(amount: number): Promise<number> }): Promise<number> {
    return counter.add(100)
  }

  async useNested(nested: {
    room: { hello(name: string): Promise<string> }
    counter: { add(amount: number): Promise<number> }
  }): Promise<unknown[]> {
    return [await nested.room.hello('nested'), await nested.counter.add(1)]
  }

  async useAll({
    services: [service],
  }: {
    services: { add(a: number, b: number): Promise<number> }[]
  }): Promise<number | undefined> {
    return service?.add(3, 4)
  }

  async room(): Promise<unknown> {
    return (this.env as unknown as Env).ROOM.getByName('returned')
  }

  async shown(...args: unknown[]): Promise<unknown> {
    return readable(args)
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
  otlp: { metrics: false, fetch: async () => Response.json({}) },
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

/** As JSON can show it. */
const readable = (body: unknown): unknown =>
  JSON.parse(
    JSON.stringify(body, (_key, value) =>
      value instanceof Map
        ? { map: [...value] }
        : value instanceof ArrayBuffer || ArrayBuffer.isView(value)
          ? 'bytes'
          : typeof value === 'function'
            ? 'function'
            : value,
    ),
  )

const messagesOf = async (outcomes: Promise<string[]>): Promise<object[]> =>
  (await outcomes).map((outcome, index) => ({
    id: `message ${index}`,
    timestamp: new Date(Date.now() - 5000),
    attempts: index + 1,
    body: { outcome },
  }))

const instrumentation = bindings({
  caches: true,
  // Miniflare has stand-ins for these, of other shapes.
  kinds: { MAIL: 'email', BROWSER: 'browser', DISPATCH: 'dispatch-namespace' },
})
const carrying = bindings({ propagate: ['ROOM', 'SERVICE', 'FLOW', 'CARRIED'] })
/** Bodies of messages that came from the queue `carried`. */
const consumed: unknown[] = []

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
app.get('/consumed', (c) => c.json({ value: consumed }))
app.get('/cases', (c) => c.json(Object.keys(CASES)))
app.use(observability(options))
app.get('/raw/:name', async (c) => {
  const { ctx, name } = { ctx: c.executionCtx, name: c.req.param('name') }
  return c.json({ value: await CASES[name]?.(rawEnv(c.env), ctx) })
})
app.get('/carried/:name', async (c) =>
  c.json({ value: await CARRIED[c.req.param('name')]?.(carrying.wrap(c.env)) }),
)
app.get('/uncarried/:name', async (c) =>
  c.json({ value: await CARRIED[c.req.param('name')]?.(rawEnv(c.env)) }),
)
app.use((c, next) => {
  c.env = instrumentation.wrap(c.env)
  return next()
})
app.get('/wrapped/:name', async (c) =>
  c.json({ value: await CASES[c.req.param('name')]?.(c.env, c.executionCtx) }),
)

const worker = instrument(
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

export default {
  fetch: worker.fetch,
  scheduled: worker.scheduled,
  queue(batch: MessageBatch<{ outcome: string }>, env: Env, ctx: ExecutionContext): unknown {
    if (batch.queue === 'carried') {
      // As they came: `instrument` would take the context out.
      consumed.push(...batch.messages.map(({ body }) => readable(body)))
      return undefined
    }
    return (worker.queue as (...args: unknown[]) => unknown)(batch, env, ctx)
  },
}
