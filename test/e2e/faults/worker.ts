import { Hono } from 'hono'
import { exporterState, observability } from 'hono-observability'

const app = new Hono()

app.get('/state', (c) => c.json(exporterState() ?? null))
app.use(observability({ service: { name: 'faults' }, otlp: { timeoutMs: 1000 } }))
app.get('/orders/:id', (c) => c.json({ id: c.req.param('id') }, 200, { 'X-Own': 'yes' }))
app.get('/boom', () => {
  throw new Error('boom')
})

export default app
