import { collectMetrics, type ObservabilityOptions } from 'hono-observability'

/** What signs trace contexts there. */
export const SECRET = 'known to the tests only'

interface Point {
  attributes: Record<string, unknown>
  count: number
  value: number
}

export interface RunWorker {
  env: object
  ctx: object
  /** Calls a handler, and waits for what it handed to `waitUntil`. */
  run(handler: string, event: unknown): Promise<unknown>
  /** What was measured so far. */
  points(name: string): Promise<Point[]>
}

/** A Worker as the platform runs it. */
export const runWorker = (create: (options: ObservabilityOptions) => object): RunWorker => {
  const waiting: Promise<unknown>[] = []
  const options: ObservabilityOptions = {
    logs: false,
    metrics: { temporality: 'cumulative' },
    otlp: { batch: { maxLingerMs: 0 }, fetch: async () => Response.json({}) },
  }
  const worker = create(options) as Record<string, (...args: unknown[]) => unknown>
  const env = { HONO_OBSERVABILITY_SECRET: SECRET }
  const ctx = { waitUntil: (promise: Promise<unknown>) => void waiting.push(promise) }
  return {
    env,
    ctx,
    async run(handler, event) {
      try {
        return await worker[handler]?.(event, env, ctx)
      } finally {
        while (waiting.length) {
          await Promise.all(waiting.splice(0))
        }
      }
    },
    points: async (name) =>
      (await collectMetrics(options))
        .flatMap((collected) => collected.metrics)
        .filter((metric) => metric.name === name)
        .flatMap(({ points }) => points as unknown as Point[]),
  }
}
