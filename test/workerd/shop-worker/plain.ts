import { DurableObject } from 'cloudflare:workers'
import type { Logger } from 'hono-observability'
import { createApp } from '../../../examples/shop/src/app.ts'
import { closeDay } from '../../../examples/shop/src/close-day.ts'
import { consume } from '../../../examples/shop/src/consume.ts'

/**
 * The example with nothing of this package around its environment, handlers and classes: what it
 * does without telemetry is what it has to do with it.
 */
export { Fulfilment } from '../../../examples/shop/src/fulfilment.ts'
export { StockRoom } from '../../../examples/shop/src/stock-room.ts'

/** Configured, and not used here. */
export class MetricsAggregator extends DurableObject {}

const app = createApp(async (c, next) => {
  c.set('log', { set: () => undefined } as unknown as Logger)
  await next()
})

export default { fetch: app.fetch, queue: consume, scheduled: closeDay }
