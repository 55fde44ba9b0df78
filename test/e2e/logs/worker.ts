import { Hono } from 'hono'
import { HTTPException } from 'hono/http-exception'
import { log, type ObservabilityVariables, observability } from 'hono-observability'

interface Env {
  Bindings: { OTLP_LOGS?: string }
  Variables: ObservabilityVariables
}

const app = new Hono<Env>()

app.use(
  observability({
    service: { name: 'logs' },
    metrics: false,
    logs: { otlp: true, errorIdHeader: 'X-Error-ID', slowThresholdMs: 60_000 },
  }),
)

app.get('/orders/:id', async (c) => {
  const id = c.req.param('id')
  log.info('first', { 'order.id': id })
  await new Promise((resolve) => setTimeout(resolve, Math.random() * 30))
  c.var.log.info('second', { 'order.id': id })
  await new Promise((resolve) => setTimeout(resolve, Math.random() * 30))
  log.named('db').info('third', { 'order.id': id })
  c.var.log.set({ 'order.id': id, 'user.password': 'hunter2-secret' })
  return c.json({ id, requestId: c.var.requestId })
})

app.get('/fails', () => {
  throw new RangeError('card 4111 1111 1111 1111 declined with Bearer abc.def-123456789')
})

app.get('/denied', () => {
  throw new HTTPException(403)
})

export default app
