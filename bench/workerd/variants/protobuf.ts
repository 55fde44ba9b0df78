import { observability } from 'hono-observability'
import { bindings } from 'hono-observability/bindings'
import { protobuf } from 'hono-observability/protobuf'
import { addRoutes, newApp } from '../app.ts'

const app = newApp()
app.use(
  observability({
    service: { name: 'bench' },
    bindings: bindings(),
    otlp: { protocol: protobuf },
    logs: false,
  }),
)

export default addRoutes(app)
