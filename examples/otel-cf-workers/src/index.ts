import { instrument } from '@microlabs/otel-cf-workers'
import { Hono } from 'hono'
import { type ObservabilityVariables, observability } from 'hono-observability'
import { traceConfig } from 'hono-observability/otel-cf-workers'

interface Env {
  CACHE: KVNamespace
}

const options = { service: { name: 'greeter' } }

const app = new Hono<{ Bindings: Env; Variables: ObservabilityVariables }>()
app.use(observability(options))
app.get('/greetings/:name', async (c) => {
  const name = c.req.param('name')
  const seen = Number(await c.env.CACHE.get(name))
  await c.env.CACHE.put(name, String(seen + 1))
  c.var.log.set({ 'greeter.seen': seen })
  return c.text(seen ? `Hello again, ${name}` : `Hello, ${name}`)
})

export default instrument<Env, unknown, unknown>(
  {
    fetch: (request, env, ctx) => app.fetch(request, env, ctx),
    async scheduled(_event, env) {
      await env.CACHE.delete('world')
    },
  },
  traceConfig(options),
)
