import { Hono } from 'hono'
import { observability } from 'hono-observability'
import { addRoutes } from './app.ts'

const app = new Hono()
app.use(observability({ service: { name: 'bench' }, logs: false }))

export default addRoutes(app)
