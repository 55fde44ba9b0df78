import { observability } from 'hono-observability'
import { addRoutes, newApp } from '../app.ts'

const app = newApp()
app.use(observability({ service: { name: 'bench' }, metrics: false, logs: false }))

export default addRoutes(app)
