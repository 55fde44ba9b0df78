import { Hono } from 'hono'
import { exporterState, instrument, observability } from 'hono-observability'
import { drainQueue, spillToKV, spillToQueue, spillToR2 } from 'hono-observability/spill'

interface Env {
  STORE: 'r2' | 'kv' | 'queue'
  OTEL_EXPORTER_OTLP_ENDPOINT: string
  [isolate: `ISOLATE_${string}`]: { fetch(request: Request): Promise<Response> } | undefined
}

type Worker = {
  fetch(request: Request, env: Env, ctx: unknown): Response | Promise<Response>
  queue(batch: never, env: Env, ctx: unknown): Promise<void>
  state(): Response
}

const make = (env: Env): Worker => {
  const options = {
    service: { name: 'spill' },
    logs: false,
    otlp: {
      timeoutMs: 1000,
      batch: { maxLingerMs: 100 },
      spill: {
        r2: () => spillToR2('BUCKET'),
        kv: () => spillToKV('NAMESPACE'),
        queue: () => spillToQueue('SPILLED', { delaySeconds: 1 }),
      }[env.STORE](),
    },
  } as const
  const app = new Hono()
  app.use(observability(options))
  app.get('/orders/:id', (c) => c.json({ id: c.req.param('id') }))
  const handlers = instrument({ fetch: app.fetch, queue: drainQueue }, options) as never as Worker
  return {
    fetch: (request, bindings, ctx) => handlers.fetch(request, bindings, ctx),
    queue: (batch, bindings, ctx) => handlers.queue(batch, bindings, ctx),
    state: () => Response.json(exporterState(options) ?? null),
  }
}

let worker: Worker | undefined

export default {
  fetch(request: Request, env: Env, ctx: unknown): Response | Promise<Response> {
    worker ??= make(env)
    const { pathname, searchParams } = new URL(request.url)
    const isolate = env[`ISOLATE_${searchParams.get('isolate')}`]
    return isolate
      ? isolate.fetch(request)
      : pathname === '/state'
        ? worker.state()
        : worker.fetch(request, env, ctx)
  },
  queue(batch: never, env: Env, ctx: unknown): Promise<void> {
    worker ??= make(env)
    return worker.queue(batch, env, ctx)
  },
}
