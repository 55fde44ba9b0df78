import { Hono } from 'hono'
import { observability } from 'hono-observability'
import { MetricsAggregator } from 'hono-observability/aggregator'
import { prometheusRoute } from 'hono-observability/prometheus'
import type { AggregatorAck, AggregatorPush } from '../../../src/export/aggregator/protocol.ts'

/** An aggregator one in five of whose answers gets lost, before or after it has stored the push. */
export class Metrics extends MetricsAggregator {
  override async push(push: AggregatorPush): Promise<AggregatorAck> {
    const luck = Math.random()
    if (luck < 0.1) {
      throw new Error('lost on the way there')
    }
    const ack = await super.push(push)
    if (luck < 0.2) {
      throw new Error('lost on the way back')
    }
    return ack
  }
}

const app = new Hono()
app.route('/', prometheusRoute({ aggregator: 'METRICS', public: true }))
app.use(
  observability({
    service: { name: 'exact' },
    traces: false,
    logs: false,
    metrics: { temporality: 'aggregator', shard: 'all' },
    otlp: { batch: { maxLingerMs: 100 } },
  }),
)
app.get('/orders/:id', (c) => c.json({ id: c.req.param('id') }))
app.get('/denied/:id', (c) => c.text('no', 403))
app.post('/carts/:id', (c) => c.text('made', 201))

export default app
