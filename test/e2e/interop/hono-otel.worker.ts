import { httpInstrumentationMiddleware } from '@hono/otel'
import { Hono } from 'hono'
import { observability, withSpan } from 'hono-observability'
import { spanProcessor } from 'hono-observability/sdk'
import { TracerProvider } from 'sdk-trace-3'

interface Env {
  /** Whether the spans of `@hono/otel` are made by an SDK. */
  SDK?: string
}

const options = { service: { name: 'beside' }, logs: false, metrics: false } as const

const newApp = (tracerProvider?: TracerProvider): Hono => {
  const app = new Hono()
  app.use(httpInstrumentationMiddleware(tracerProvider && { tracerProvider }))
  app.use(observability(options))
  app.get('/orders/:id', (c) => withSpan('price', () => c.json({ id: c.req.param('id') })))
  app.get('/boom', () => {
    throw new RangeError('no such order')
  })
  return app
}

let sdkApp: Hono | undefined
const plainApp = newApp()

const withSdk = (env: Env): Hono => {
  const provider = new TracerProvider({ spanProcessors: [spanProcessor(options, env)] })
  const app = new Hono().use(async (c, next) => {
    await next()
    c.executionCtx.waitUntil(provider.forceFlush())
  })
  return app.route('/', newApp(provider))
}

const app = {
  fetch(request: Request, env: Env, ctx: never): Response | Promise<Response> {
    sdkApp ??= env.SDK ? withSdk(env) : undefined
    return (sdkApp ?? plainApp).fetch(request, env, ctx)
  },
}

export default app
