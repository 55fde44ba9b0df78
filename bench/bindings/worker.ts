import { Hono } from 'hono'
import { observability } from 'hono-observability'
import { bindings, rawEnv } from 'hono-observability/bindings'
import { type Bindings, repeat, workerOf } from './calls.ts'

const app = new Hono<{ Bindings: Bindings }>()
app.use(observability({ service: { name: 'bench' }, logs: false, bindings: bindings() }))
app.get('/raw/:kind', (c) => repeat(c, rawEnv(c.env)))
app.get('/again/:kind', (c) => repeat(c, rawEnv(c.env)))
app.get('/wrapped/:kind', (c) => repeat(c, c.env))

export default workerOf(app)
