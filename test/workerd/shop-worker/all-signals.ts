import {
  exporterState,
  instrument,
  instrumentDurableObject,
  instrumentWorkflow,
  type ObservabilityOptions,
  observability,
} from 'hono-observability'
import { bindings } from 'hono-observability/bindings'
import { costs } from 'hono-observability/costs'
import { d1, healthRoutes, kv, telemetry } from 'hono-observability/health'
import { usage } from 'hono-observability/usage'
import { createApp } from '../../../examples/shop/src/app.ts'
import { closeDay } from '../../../examples/shop/src/close-day.ts'
import { consume } from '../../../examples/shop/src/consume.ts'
import { Fulfilment as FulfilmentWorkflow } from '../../../examples/shop/src/fulfilment.ts'
import { StockRoom as StockRoomObject } from '../../../examples/shop/src/stock-room.ts'

/** The example, which sends its log records too, and its metrics as soon as they are there. */
const options: ObservabilityOptions = {
  service: { name: 'shop', version: '1.4.0' },
  traces: { fetch: true },
  metrics: { temporality: 'delta' },
  logs: { otlp: true },
  bindings: bindings({
    propagate: ['STOCK', 'ORDER_EVENTS', 'FULFILMENT'],
    usage: usage({ costs: costs() }),
  }),
}

const app = createApp(observability(options))
app.route(
  '/',
  healthRoutes({
    checks: { db: d1('DB'), carts: kv('CARTS'), telemetry: telemetry(exporterState) },
  }),
)

export { MetricsAggregator } from 'hono-observability/aggregator'
export const StockRoom = instrumentDurableObject(StockRoomObject, options, { propagate: true })
export const Fulfilment = instrumentWorkflow(FulfilmentWorkflow, options, { propagate: true })

export default instrument({ fetch: app.fetch, queue: consume, scheduled: closeDay }, options, {
  propagate: true,
})
