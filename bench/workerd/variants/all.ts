import { observability } from 'hono-observability'
import { addRoutes, newApp } from '../app.ts'

const app = newApp()
app.use(observability({ service: { name: 'bench' } }))

export default addRoutes(app)
