// Compiled in the fresh project, where only the package's own types are.
import { Hono } from 'hono'
import { type ObservabilityVariables, observability, shutdown, withSpan } from 'hono-observability'
import { bindings } from 'hono-observability/bindings'
import { type DatabaseOptions, instrumentDatabase } from 'hono-observability/db'
import { custom, healthRoutes } from 'hono-observability/health'
import { hostResource, processMetrics } from 'hono-observability/process'
import { prometheusRoute } from 'hono-observability/prometheus'
import { protobuf } from 'hono-observability/protobuf'

export const app: Hono<{ Variables: ObservabilityVariables }> = new Hono()
app.use(
  observability({
    service: { name: 'fresh' },
    resource: hostResource(),
    otlp: { protocol: protobuf },
    bindings: bindings(),
  }),
)
app.use(processMetrics())
app.route('/', healthRoutes({ checks: { self: custom(() => ({ observedValue: 1 })) } }))
app.route('/', prometheusRoute({ from: () => [], public: true }))
app.get('/', async (c) => {
  c.var.log.info('read')
  const price: number = await withSpan('price', async () => 7)
  return c.json({ price, id: c.var.requestId satisfies string })
})

const database: { query(text: string): string } = { query: (text) => text }
export const queried: string = instrumentDatabase(database, {
  queryText: false,
} satisfies DatabaseOptions).query('')

export const isSent: Promise<boolean> = shutdown()
