import { wrapModule } from 'autotel-cloudflare'
import { SamplingPresets } from 'autotel-cloudflare/sampling'
import { addRoutes, type Bindings, newApp } from '../../workerd/app.ts'

const app = addRoutes(newApp())

export default wrapModule(
  (env: Bindings) => ({
    service: { name: 'bench' },
    exporter: { url: `${env.OTEL_EXPORTER_OTLP_ENDPOINT}/v1/traces` },
    // By itself it takes the platform's own tracing for active, which is off here, and sends nothing.
    nativeTracing: 'off' as const,
    // Its default keeps a tenth.
    sampling: { tailSampler: SamplingPresets.development() },
  }),
  {
    fetch: (request: Request, env: Bindings, ctx: ExecutionContext) => app.fetch(request, env, ctx),
  },
)
