import { propagation } from '@opentelemetry/api'
import { Hono } from 'hono'
import { observability } from 'hono-observability'

interface Env {
  SELF: { fetch: typeof fetch }
}

const app = new Hono<{ Bindings: Env }>()

app.use(
  observability({
    service: { name: 'trust' },
    metrics: false,
    logs: false,
    http: { trustInbound: ['https://orders.internal'] },
  }),
)

app.get('/read', (c) => c.text(propagation.getActiveBaggage()?.getEntry('user')?.value ?? 'none'))

// As another Worker would: a host of its own choice, which no client can reach.
app.get('/bound', (c) => c.env.SELF.fetch('https://orders.internal/read', c.req.raw))

export default app
