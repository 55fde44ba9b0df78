import { Hono } from 'hono'
import { observability } from 'hono-observability'
import { MetricsAggregator } from 'hono-observability/aggregator'
import { prometheusRoute } from 'hono-observability/prometheus'

/** An aggregator that tells how many rows its journal has taken: fewer than it has slots. */
export class Metrics extends MetricsAggregator {
  rows(): number {
    const { storage } = this.ctx as unknown as {
      storage: { sql: { exec(query: string): Iterable<{ count: number }> } }
    }
    const [row] = storage.sql.exec('SELECT COUNT(*) AS count FROM aggregator_journal')
    return row?.count ?? 0
  }
}

type Bindings = Record<string, { fetch(request: Request): Promise<Response> }> & {
  METRICS: { idFromName(name: string): unknown; get(id: unknown): { rows(): Promise<number> } }
}

const app = new Hono<{ Bindings: Bindings }>()

app.get('/rows', async (c) => {
  const { METRICS } = c.env
  return c.json(await METRICS.get(METRICS.idFromName('all')).rows())
})
app.route('/', prometheusRoute({ aggregator: 'METRICS', public: true }))
app.get('/isolate/:name', async (c) => {
  const isolate = c.env[`ISOLATE_${c.req.param('name')}`]
  return (await isolate?.fetch(new Request('http://isolate/work'))) ?? c.notFound()
})
app.use(
  observability({
    traces: false,
    logs: false,
    metrics: { temporality: 'aggregator', shard: 'all' },
  }),
)
app.get('/work', (c) => c.text('done'))

export default app
