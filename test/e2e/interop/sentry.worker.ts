import { captureException, fetchIntegration, withSentry } from '@sentry/cloudflare'
import { Hono } from 'hono'
import { observability } from 'hono-observability'

interface Env {
  OTEL_EXPORTER_OTLP_ENDPOINT: string
  SENTRY_DSN: string
}

const app = new Hono<{ Bindings: Env }>()
app.use(
  observability({
    service: { name: 'beside' },
    logs: false,
    metrics: false,
    traces: { fetch: true },
  }),
)
app.onError((error, c) => {
  captureException(error)
  return c.text('sorry', 500)
})
app.get('/call', async (c) => c.text(await (await fetch(String(c.req.query('url')))).text()))
app.get('/boom', () => {
  throw new RangeError('no such order')
})

export default withSentry(
  (env: Env) => ({
    dsn: env.SENTRY_DSN,
    tracesSampleRate: 1,
    integrations: [
      fetchIntegration({
        shouldCreateSpanForRequest: (url) => !url.startsWith(env.OTEL_EXPORTER_OTLP_ENDPOINT),
      }),
    ],
  }),
  { fetch: (request: Request, env: Env, ctx: unknown) => app.fetch(request, env, ctx as never) },
)
