import { observability } from 'hono-observability'
import { bindings } from 'hono-observability/bindings'
import { addRoutes, newApp } from '../app.ts'

const app = newApp()
app.use(
  observability({
    service: { name: 'bench' },
    bindings: bindings(),
    logs: false,
  }),
)

export default addRoutes(app)
