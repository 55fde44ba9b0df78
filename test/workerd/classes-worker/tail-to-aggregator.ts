import { instrument } from 'hono-observability'

export { MetricsAggregator } from 'hono-observability/aggregator'

export default instrument(
  { tail() {} },
  {
    service: { name: 'tail' },
    logs: false,
    metrics: { temporality: 'aggregator', intervalMs: 500 },
    otlp: { batch: { maxLingerMs: 0 }, traces: false },
  },
)
