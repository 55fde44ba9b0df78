import { type Context, Hono } from 'hono'
import { observability } from 'hono-observability'
import { bindings, rawEnv } from 'hono-observability/bindings'

interface Bindings {
  CACHE: KVNamespace
  DB: D1Database
}

const app = new Hono<{ Bindings: Bindings }>()
app.use(observability({ service: { name: 'bench' }, logs: false, bindings: bindings() }))

const repeat = async (c: Context, call: () => Promise<unknown>): Promise<Response> => {
  const times = Number(c.req.query('times'))
  for (let i = 0; i < times; i++) await call()
  return c.text('done')
}

app.get('/raw/kv', (c) => {
  const { CACHE } = rawEnv(c.env)
  return repeat(c, () => CACHE.get('key'))
})
app.get('/wrapped/kv', (c) => repeat(c, () => c.env.CACHE.get('key')))
app.get('/raw/d1', (c) => {
  const { DB } = rawEnv(c.env)
  return repeat(c, () => DB.prepare('SELECT ? AS pieces').bind(12).first())
})
app.get('/wrapped/d1', (c) =>
  repeat(c, () => c.env.DB.prepare('SELECT ? AS pieces').bind(12).first()),
)

export default app
