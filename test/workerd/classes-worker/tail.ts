import { instrument } from 'hono-observability'

/** A tail Worker with nothing of its own to do. */
export default instrument(
  { tail() {} },
  {
    service: { name: 'tail' },
    logs: false,
    metrics: { temporality: 'delta' },
    otlp: { batch: { maxLingerMs: 0 } },
  },
)
