import type { Hono, MiddlewareHandler } from 'hono'

/** What is measured, in this order; the second is the same as the first, and shows what the machine makes up. */
export const VARIANTS: Readonly<Record<string, string>> = {
  bare: 'bare app',
  again: 'bare app, once more',
  traces: 'ours: traces',
  metrics: 'ours: traces, metrics',
  all: 'ours: traces, metrics, logs to a file',
  'hono-otel': '@hono/otel with the SDK: traces',
}

/** Registers the telemetry of a variant. */
export const useVariant = async (app: Hono, variant: string): Promise<void> => {
  if (variant === 'hono-otel') {
    const peer = new URL('../peers/hono-otel/process.ts', import.meta.url).href
    const { start } = (await import(peer)) as { start(): MiddlewareHandler }
    app.use(start())
  } else if (!['bare', 'again'].includes(variant)) {
    const { observability } = await import('../../dist/index.js')
    app.use(
      observability({
        service: { name: 'bench' },
        ...(variant !== 'all' && { logs: false }),
        ...(variant === 'traces' && { metrics: false }),
      }),
    )
  }
}
