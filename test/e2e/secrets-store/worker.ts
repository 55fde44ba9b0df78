import { Hono } from 'hono'
import { observability } from 'hono-observability'

const app = new Hono()
app.use(observability({ metrics: false }))
app.get('/', (c) => c.text('ok'))

export default app
