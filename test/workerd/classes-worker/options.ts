import type { ObservabilityOptions } from 'hono-observability'
import { bindings } from 'hono-observability/bindings'

/** One pipeline for all that these Workers export; records leave as soon as there are any. */
export const options: ObservabilityOptions = {
  logs: false,
  metrics: { temporality: 'delta' },
  otlp: { batch: { maxLingerMs: 0 } },
  bindings: bindings({ propagate: ['ROOM', 'SERVICE', 'OTHER', 'ORDERS', 'SHIPPING'] }),
}
