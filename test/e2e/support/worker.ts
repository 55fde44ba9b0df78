import { Hono } from 'hono'
import { NAME } from './named.ts'

interface Env {
  GREETING: string
  SETTINGS: { depth: number }
  CACHE: {
    get(key: string): Promise<string | null>
    put(key: string, value: string): Promise<void>
  }
  DB: { prepare(query: string): { all(): Promise<{ results: unknown[] }> } }
  OTHER: { fetch(request: Request): Promise<Response> }
  COUNTER: {
    idFromName(name: string): unknown
    get(id: unknown): { fetch(request: Request): Promise<Response> }
  }
}

interface CounterState {
  storage: {
    get(key: string): Promise<number | undefined>
    put(key: string, value: number): Promise<void>
  }
}

let requests = 0

const app = new Hono<{ Bindings: Env }>()

app.get('/', (c) => c.text(`${NAME} ${++requests}`))
app.get('/vars', (c) => c.json([c.env.GREETING, c.env.SETTINGS.depth]))
app.get('/cf', (c) => c.json((c.req.raw as Request & { cf?: unknown }).cf ?? null))
app.get('/log', (c) => {
  console.log('plain', { a: 1 })
  console.error('trouble')
  return c.text('')
})
app.get('/log-later', (c) => {
  const later = new Promise((resolve) => setTimeout(resolve, 20))
  c.executionCtx.waitUntil(later.then(() => console.log('later')))
  return c.text('')
})
app.get('/products', async (c) => {
  const { results } = await c.env.DB.prepare('SELECT name FROM products ORDER BY id').all()
  return c.json(results)
})
app.get('/kv/:key', async (c) => c.text((await c.env.CACHE.get(c.req.param('key'))) ?? 'none'))
app.put('/kv/:key', async (c) => {
  await c.env.CACHE.put(c.req.param('key'), await c.req.text())
  return c.text('')
})
app.get('/other', (c) => c.env.OTHER.fetch(new Request('https://other/')))
app.get('/count', (c) => {
  const { COUNTER } = c.env
  return COUNTER.get(COUNTER.idFromName('a')).fetch(c.req.raw)
})

export default app

export class Counter {
  readonly #state: CounterState

  constructor(state: CounterState) {
    this.#state = state
  }

  async fetch(): Promise<Response> {
    const count = ((await this.#state.storage.get('count')) ?? 0) + 1
    await this.#state.storage.put('count', count)
    return new Response(String(count))
  }
}
