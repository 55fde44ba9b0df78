import { Hono } from 'hono'
import { observability } from '../../../src/index.ts'
import { burn, keep } from './burn.ts'

const app = new Hono()
app.use(observability({ service: { name: 'burner' } }))
app.get('/burn', (c) => c.json([burn(), keep()]))

export default app
