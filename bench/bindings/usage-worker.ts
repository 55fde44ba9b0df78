import { Hono } from 'hono'
import { observability } from 'hono-observability'
import { type BindingsOptions, bindings } from 'hono-observability/bindings'
import { costs } from 'hono-observability/costs'
import { usage } from 'hono-observability/usage'

interface Bindings {
  CACHE: KVNamespace
  DB: D1Database
}

/** The storage route of the benchmarks: a KV get and a D1 query. */
const appWith = (options: BindingsOptions): Hono<{ Bindings: Bindings }> => {
  const app = new Hono<{ Bindings: Bindings }>()
  const service = { name: 'bench' }
  app.use(observability({ service, logs: false, bindings: bindings(options) }))
  app.get('/stock/:id', async (c) => {
    const name = await c.env.CACHE.get('key')
    const row = await c.env.DB.prepare('SELECT ? AS pieces').bind(12).all()
    return c.json({ name, pieces: row.results.length })
  })
  return app
}

const apps: Readonly<Record<string, Hono<{ Bindings: Bindings }>>> = {
  bindings: appWith({}),
  usage: appWith({ usage: usage() }),
  costs: appWith({ usage: usage({ costs: costs() }) }),
}

export default {
  fetch(request: Request, env: Bindings, ctx: ExecutionContext): Response | Promise<Response> {
    const app = apps[new URL(request.url).searchParams.get('app') ?? '']
    return app?.fetch(request, env, ctx) ?? new Response('no such app', { status: 404 })
  },
}
