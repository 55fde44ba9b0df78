import { observability } from 'hono-observability'
import { bindings } from 'hono-observability/bindings'
import { addRoutes, newApp } from '../app.ts'

const app = newApp()
app.use(
  observability({
    service: { name: 'bench' },
    bindings: bindings(),
    traces: { ratio: 0.1 },
    metrics: false,
    logs: false,
  }),
)

export default addRoutes(app)
