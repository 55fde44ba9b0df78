import { Hono } from 'hono'
import { exporterState, instrument, observability } from 'hono-observability'
import { drainQueue, spillToKV, spillToQueue, spillToR2 } from 'hono-observability/spill'

interface Env {
  STORE: 'r2' | 'kv' | 'queue'
  SHARED: { send(body: unknown, options?: object): Promise<void> }
}

interface Message {
  readonly body: unknown
  readonly attempts: number
  ack(): void
  retry(options?: { delaySeconds?: number }): void
}

/** What the app's own handler got, and how often. */
const handled: { body: unknown; attempts: number }[] = []

const readable = (body: unknown): unknown =>
  JSON.parse(JSON.stringify(body, (_key, value) => (value instanceof Uint8Array ? 'bytes' : value)))

const make = ({ STORE }: Env) => {
  const options = {
    service: { name: 'shared' },
    logs: false,
    metrics: false,
    otlp: {
      timeoutMs: 1000,
      batch: { maxLingerMs: 100 },
      spill: {
        r2: () => spillToR2('BUCKET'),
        kv: () => spillToKV('NAMESPACE'),
        queue: () => spillToQueue('SHARED', { delaySeconds: 1 }),
      }[STORE](),
    },
  } as const
  const app = new Hono<{ Bindings: Env }>()
  app.get('/handled', (c) => c.json(handled))
  app.get('/state', (c) => c.json(exporterState(options) ?? null))
  app.use(observability(options))
  app.get('/orders/:id', (c) => c.text('ok'))
  // What a client sends goes into the queue that spilled telemetry is in too.
  app.post('/messages', async (c) => {
    await c.env.SHARED.send(await c.req.json())
    return c.text('sent')
  })
  /** Somebody with the binding, who can send more than JSON. */
  app.post('/bytes', async (c) => {
    const message = await c.req.json()
    const body = new TextEncoder().encode(message.body)
    await c.env.SHARED.send({ ...message, body }, { contentType: 'v8' })
    return c.text('sent')
  })
  return instrument(
    {
      fetch: app.fetch,
      async queue(batch: { messages: readonly Message[] }, env: Env) {
        for (const { body, attempts } of await drainQueue(batch, env, options)) {
          handled.push({ body: readable(body), attempts })
        }
      },
    },
    options,
  ) as never as {
    fetch(request: Request, env: Env, ctx: unknown): Promise<Response>
    queue(batch: never, env: Env, ctx: unknown): Promise<void>
  }
}

let worker: ReturnType<typeof make> | undefined

export default {
  fetch(request: Request, env: Env, ctx: unknown): Promise<Response> {
    worker ??= make(env)
    return worker.fetch(request, env, ctx)
  },
  queue(batch: never, env: Env, ctx: unknown): Promise<void> {
    worker ??= make(env)
    return worker.queue(batch, env, ctx)
  },
}
