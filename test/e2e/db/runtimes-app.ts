/** Run by Bun or Deno: uses what only they have within a request, and prints what is told of it as JSON. */
import { Hono } from 'hono'
import { instrumentDatabase } from '../../../src/entries/db.ts'
import { observability, type ReadableSpan } from '../../../src/index.ts'

// biome-ignore lint/suspicious/noExplicitAny: what other runtimes have, which Node's types do not know
type Any = any

const { Bun, Deno, process } = globalThis as Any
const spans: ReadableSpan[] = []
const app = new Hono()
app.use(
  observability({
    metrics: false,
    logs: false,
    otlp: { fetch: async () => Response.json({}) },
    traces: {
      processors: [
        {
          onStart() {},
          onEnd: (span: ReadableSpan) => void spans.push(span),
          forceFlush: async () => {},
          shutdown: async () => {},
        },
      ],
    },
  }),
)

const useSqlite = async (): Promise<unknown> => {
  const { Database } = await import('bun:sqlite' as string)
  const database = instrumentDatabase(new Database(':memory:')) as Any
  database.run('CREATE TABLE orders (id INTEGER, name TEXT)')
  database.query('INSERT INTO orders VALUES (?, ?)').run(1, 's3cret')
  database.transaction(() => database.run("DELETE FROM orders WHERE name = 's3cret 2'"))()
  const iterated = [...database.query('SELECT name FROM orders').iterate()].length
  let failed: unknown
  try {
    database.run("SELECT 's3cret' FROM gone")
  } catch (error) {
    failed = (error as Any).name
  }
  return [
    database instanceof Database,
    database.query('SELECT id FROM orders').all(),
    iterated,
    failed,
  ]
}

const useSql = async (url: string): Promise<unknown> => {
  const raw = new Bun.SQL(url)
  const sql = instrumentDatabase(raw) as Any
  await sql`CREATE TABLE orders (id INTEGER, name TEXT)`
  await sql`INSERT INTO orders ${sql({ id: 1, name: 's3cret' })}`
  const where = sql`WHERE name = ${'s3cret'}`
  const rows = await sql`SELECT id FROM orders ${where}`
  const values = await sql`SELECT id FROM orders`.values()
  await sql.begin(async (inner: Any) => {
    await inner`UPDATE orders SET name = ${'s3cret'}`
  })
  const failed = await sql`SELECT 's3cret' FROM gone`.catch((error: Any) => error.message)
  await sql.end()
  return [sql.options === raw.options, rows.length, values.length, String(failed).includes('gone')]
}

const useKv = async (): Promise<unknown> => {
  const kv = instrumentDatabase(await Deno.openKv(':memory:')) as Any
  await kv.set(['s3cret', 1], 's3cret')
  const { value } = await kv.get(['s3cret', 1])
  const listed: unknown[] = []
  for await (const entry of kv.list({ prefix: ['s3cret'] })) {
    listed.push(entry.value)
  }
  const { ok } = await kv.atomic().set(['b'], 1).commit()
  await kv.getMany([['a'], ['b']])
  await kv.delete(['b'])
  kv.close()
  return [kv instanceof Deno.Kv, value, listed, ok]
}

app.get('/', async (c) => {
  const url = process?.env.DATABASE_URL
  return c.json(Deno ? await useKv() : url ? await useSql(url) : await useSqlite())
})

const answer: unknown = await (await app.request('/')).json()
await new Promise((resolve) => setTimeout(resolve, 20))
const told = spans
  .filter(({ kind }) => kind === 2)
  .map(({ name, attributes, events, status }) => ({
    name,
    attributes,
    events,
    failed: status.code === 2,
  }))
console.log(JSON.stringify({ answer, told }))
