import { Hono } from 'hono'
import type { MetricsAggregator } from 'hono-observability/aggregator'

export { MetricsAggregator } from 'hono-observability/aggregator'

interface Env {
  METRICS: DurableObjectNamespace<MetricsAggregator>
}

/** Knows nothing of telemetry, but shows what the aggregator has. */
const app = new Hono<{ Bindings: Env }>()
app.get('/fail', () => new Response('failed', { status: 500 }))
app.get('/snapshot', async (c) =>
  c.json(await c.env.METRICS.get(c.env.METRICS.idFromName('default')).snapshot()),
)

export default {
  fetch(request: Request, env: Env, ctx: ExecutionContext): Response | Promise<Response> {
    if (request.url.endsWith('/throw')) {
      throw new RangeError('thrown')
    }
    return app.fetch(request, env, ctx)
  },
}
