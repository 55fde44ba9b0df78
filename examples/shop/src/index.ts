import {
  instrument,
  instrumentDurableObject,
  instrumentWorkflow,
  type ObservabilityOptions,
  observability,
} from 'hono-observability'
import { bindings, inspectD1 } from 'hono-observability/bindings'
import { costs } from 'hono-observability/costs'
import { honoMetrics, usersSeen } from 'hono-observability/hono'
import { prometheusRoute } from 'hono-observability/prometheus'
import { usage } from 'hono-observability/usage'
import { who } from './accounts/who.ts'
import { createApp } from './app.ts'
import { closeDay } from './close-day.ts'
import { consume } from './consume.ts'
import type { Bindings } from './env.ts'
import { Fulfilment as FulfilmentWorkflow } from './fulfilment.ts'
import { health } from './health.ts'
import type { OrderPlaced } from './model.ts'
import type { FulfilmentParams, Trigger } from './platform.ts'
import { StockRoom as StockRoomObject } from './stock-room.ts'

/** What `wrangler.toml` binds: all that the shop asks for, and more. */
interface WorkerBindings extends Bindings {
  DB: D1Database
  CARTS: KVNamespace
  DOCUMENTS: R2Bucket
  STOCK: DurableObjectNamespace<StockRoom>
  ORDER_EVENTS: Queue<OrderPlaced>
  FULFILMENT: Workflow<FulfilmentParams>
  /** The metrics aggregator. */
  METRICS: DurableObjectNamespace
}

const options: ObservabilityOptions = {
  service: { name: 'shop' },
  traces: { fetch: true },
  // Every browser asks for it, and nobody wants to know.
  http: { ignore: ['/favicon.ico'] },
  metrics: { temporality: 'aggregator', bodySizes: true },
  // Behind these, too, is code of ours, which continues the trace.
  bindings: bindings({
    propagate: ['STOCK', 'ORDER_EVENTS', 'FULFILMENT'],
    usage: usage({ costs: costs() }),
  }),
}

const app = createApp(observability(options), honoMetrics(), usersSeen(who))
app.route('/', health())
app.route(
  '/',
  prometheusRoute<WorkerBindings>({ aggregator: 'METRICS', token: (env) => env.METRICS_TOKEN }),
)

/** Adds up the metrics of all isolates. */
export { MetricsAggregator } from 'hono-observability/aggregator'
// Classes, not constants: `wrangler types` refers to a type of each name.
export class StockRoom extends instrumentDurableObject(StockRoomObject, options, {
  propagate: true,
}) {}
export class Fulfilment extends instrumentWorkflow(FulfilmentWorkflow, options, {
  propagate: true,
}) {}

/** At the end of the day, how large the database has become as well. */
const scheduled = async (trigger: Trigger, env: Bindings): Promise<void> => {
  await closeDay(trigger, env)
  await inspectD1(env, 'DB', { countUpTo: 10_000 })
}

export default instrument({ fetch: app.fetch, queue: consume, scheduled }, options, {
  propagate: ['shop-order-events'],
})
