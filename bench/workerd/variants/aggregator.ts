import { observability } from 'hono-observability'
import { bindings } from 'hono-observability/bindings'
import { addRoutes, newApp } from '../app.ts'

export { MetricsAggregator } from 'hono-observability/aggregator'

const app = newApp()
app.use(
  observability({
    service: { name: 'bench' },
    bindings: bindings(),
    metrics: { temporality: 'aggregator' },
    logs: false,
  }),
)

export default addRoutes(app)
