import { Hono } from 'hono'
import { bindings } from '../../../../src/entries/bindings.ts'
import { observability } from '../../../../src/index.ts'

class D1PreparedStatement {
  bind(_value: string): D1PreparedStatement {
    return new D1PreparedStatement()
  }
  async first(): Promise<object> {
    return { pieces: 12 }
  }
  all(): void {}
  run(): void {}
  raw(): void {}
}

class D1Database {
  prepare(_text: string): D1PreparedStatement {
    return new D1PreparedStatement()
  }
  batch(): void {}
  exec(): void {}
  withSession(): void {}
  dump(): void {}
}

type App = Hono<{ Bindings: { DB: D1Database } }>

const add = (app: App): App => {
  app.get('/orders/:id', (c) => c.json({ id: c.req.param('id') }))
  app.get('/stock/:id', async (c) =>
    c.json(await c.env.DB.prepare('SELECT ?').bind(c.req.param('id')).first()),
  )
  return app
}

const observed: App = new Hono()
observed.use(
  observability({
    service: { name: 'shop' },
    logs: false,
    otlp: { fetch: async () => new Response('{}') },
    bindings: bindings(),
  }),
)

const apps = { bare: add(new Hono()), observed: add(observed) }

// One for all requests, as a Worker's is.
const env = { DB: new D1Database() }

export const ask = async (app: keyof typeof apps, path: string): Promise<number> => {
  const context = { waitUntil() {}, passThroughOnException() {}, props: {} }
  return (await apps[app].fetch(new Request(`http://shop${path}`), env, context)).status
}
