import { Hono } from 'hono'
import { exporterState, forceFlush, log, observability } from 'hono-observability'
import { protobuf } from 'hono-observability/protobuf'
import { addRoutes } from './routes.ts'

interface Env {
  /** Where a receiver is found once its name, or its certificate, is right. */
  CORRECTED_ENDPOINT?: string
}

let isCorrected = true

const make = ({ CORRECTED_ENDPOINT: corrected }: Env): Hono => {
  const app = new Hono()
  app.get('/state', (c) => c.json(exporterState() ?? null))
  app.post('/flush', async (c) => c.json(await forceFlush()))
  app.post('/endpoint/:which', (c) => {
    isCorrected = c.req.param('which') === 'corrected'
    return c.body(null, 204)
  })
  app.use(
    observability({
      service: { name: 'faults' },
      otlp: {
        protocol: protobuf,
        ...(corrected && {
          fetch: (url, init) =>
            fetch(isCorrected ? `${corrected}${new URL(url).pathname}` : url, init),
        }),
      },
      // One record for an order, and none for a request: the counts of spans and records differ.
      logs: { otlp: true, console: false, access: false },
    }),
  )
  addRoutes(app, (id) => log.info('order read', { 'order.id': id }))
  return app
}

let app: Hono | undefined

export default {
  fetch(request: Request, env: Env, ctx: never): Response | Promise<Response> {
    app ??= make(env)
    return app.fetch(request, env, ctx)
  },
}
