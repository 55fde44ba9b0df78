import { withSentry } from '@sentry/cloudflare'
import { addRoutes, type Bindings, newApp } from '../../workerd/app.ts'

const app = addRoutes(newApp())

export default withSentry(
  (env: Bindings) => ({
    dsn: `${env.OTEL_EXPORTER_OTLP_ENDPOINT.replace('://', '://bench@')}/1`,
    tracesSampleRate: 1,
  }),
  {
    fetch: (request: Request, env: Bindings, ctx: ExecutionContext) => app.fetch(request, env, ctx),
  },
)
