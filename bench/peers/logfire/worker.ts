import { instrument } from '@pydantic/logfire-cf-workers'
import { addRoutes, type Bindings, newApp } from '../../workerd/app.ts'

const app = addRoutes(newApp())
let wrapped: ExportedHandler<Bindings> | undefined

/** Its address is a setting in code, which is not known before the first request. */
const handlerFor = (env: Bindings): ExportedHandler<Bindings> =>
  instrument<ExportedHandler<Bindings>>(
    { fetch: (request, bindings, ctx) => app.fetch(request, bindings, ctx) },
    { service: { name: 'bench' }, baseUrl: env.OTEL_EXPORTER_OTLP_ENDPOINT },
  )

export default {
  fetch(request, env, ctx) {
    wrapped ??= handlerFor(env)
    // Without a token it sends nothing.
    return wrapped.fetch?.(request, { ...env, LOGFIRE_TOKEN: 'bench' } as Bindings, ctx) as Response
  },
} satisfies ExportedHandler<Bindings>
