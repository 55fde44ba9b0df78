import { instrument } from '@inference-net/otel-cf-workers'
import { addRoutes, type Bindings, newApp } from '../../workerd/app.ts'

const app = addRoutes(newApp())

export default instrument<Bindings, unknown, unknown>(
  { fetch: (request, env, ctx) => app.fetch(request, env, ctx) },
  (env) => ({
    service: { name: 'bench' },
    trace: { exporter: { url: `${env.OTEL_EXPORTER_OTLP_ENDPOINT}/v1/traces` } },
  }),
)
