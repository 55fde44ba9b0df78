import { Hono } from 'hono'
import { exporterState, log, observability } from 'hono-observability'

interface Env {
  A: string
  B: string
  /** Cap of the queues for B. */
  MAX_QUEUE_SIZE: number
  /** Sends what is for A through the service binding. */
  BOUND?: string
  COLLECTOR: { fetch(url: string, init: RequestInit): Promise<Response> }
}

const make = ({ A, B, MAX_QUEUE_SIZE, BOUND }: Env): Hono => {
  const app = new Hono()
  app.get('/state', (c) => c.json(exporterState() ?? null))
  app.use(
    observability({
      service: { name: 'destinations' },
      logs: { otlp: true, console: false },
      otlp: [
        {
          endpoint: A,
          timeoutMs: 2000,
          headers: { 'x-for': 'a' },
          batch: { maxLingerMs: 200 },
          ...(BOUND && { fetch: (url, init, env: Env) => env.COLLECTOR.fetch(url, init) }),
        },
        {
          endpoint: B,
          timeoutMs: 2000,
          headers: { 'x-for': 'b' },
          batch: { maxLingerMs: 200, maxQueueSize: MAX_QUEUE_SIZE },
        },
      ],
    }),
  )
  app.get('/orders/:id', (c) => {
    log.info(`order ${c.req.param('id')}`)
    return c.json({ id: c.req.param('id') })
  })
  return app
}

let app: Hono | undefined

export default {
  fetch(request: Request, env: Env, ctx: never): Response | Promise<Response> {
    app ??= make(env)
    return app.fetch(request, env, ctx)
  },
}
