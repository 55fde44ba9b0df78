import { Hono } from 'hono'
import { observability } from 'hono-observability'
import { instrumentDatabase } from 'hono-observability/db'
import pg from 'pg'
import postgres from 'postgres'

/** As Hyperdrive gives it. */
interface Env {
  DATABASE_URL: string
}

const app = new Hono<{ Bindings: Env }>()
app.use(observability({ service: { name: 'shop' }, metrics: { temporality: 'delta' } }))

app.get('/pg', async (c) => {
  const client = instrumentDatabase(new pg.Client({ connectionString: c.env.DATABASE_URL }))
  await client.connect()
  const { rows } = await client.query('SELECT $1::int AS n', [7])
  c.executionCtx.waitUntil(client.end())
  return c.json(rows)
})

app.get('/postgres', async (c) => {
  const sql = instrumentDatabase(postgres(c.env.DATABASE_URL, { max: 1, fetch_types: false }))
  const rows = await sql`SELECT ${7}::int AS n`
  c.executionCtx.waitUntil(sql.end())
  return c.json(rows)
})

export default app
