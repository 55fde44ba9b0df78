import { httpInstrumentationMiddleware } from '@hono/otel'
import { trace } from '@opentelemetry/api'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { resourceFromAttributes } from '@opentelemetry/resources'
import { BasicTracerProvider, BatchSpanProcessor } from '@opentelemetry/sdk-trace-base'
import { addRoutes, type Bindings, newApp } from '../../workerd/app.ts'

let processor: BatchSpanProcessor | undefined

/** On the first request: the address is not known before, and Workers allow no random ids at module scope. */
const start = (env: Bindings): BatchSpanProcessor => {
  const exporter = new OTLPTraceExporter({ url: `${env.OTEL_EXPORTER_OTLP_ENDPOINT}/v1/traces` })
  const started = new BatchSpanProcessor(exporter)
  trace.setGlobalTracerProvider(
    new BasicTracerProvider({
      resource: resourceFromAttributes({ 'service.name': 'bench' }),
      spanProcessors: [started],
    }),
  )
  return started
}

const app = newApp()
app.use(async (c, next) => {
  processor ??= start(c.env)
  await next()
  // Timers of the processor end with the request that started them: each request sends its own span.
  c.executionCtx.waitUntil(processor.forceFlush())
})
app.use(httpInstrumentationMiddleware({ serviceName: 'bench' }))

export default addRoutes(app)
