import { metrics, trace } from '@opentelemetry/api'
import type { Config } from './config/config.ts'

interface Host {
  Deno?: { telemetry?: { tracerProvider?: unknown; meterProvider?: unknown } }
}

/**
 * Leaves to the runtime what it records by itself. With `OTEL_DENO=true`, Deno makes server and client spans,
 * counts requests, serves the OpenTelemetry API and exports all of that: its server span gets the route and the
 * outcome from us, and no second of anything leaves. Metrics can still be read from memory.
 */
export const deferToRuntime = (config: Config): Config => {
  const { tracerProvider, meterProvider } = (globalThis as Host).Deno?.telemetry ?? {}
  const isTraced = tracerProvider !== undefined && trace.getTracerProvider() === tracerProvider
  const isCounted = meterProvider !== undefined && metrics.getMeterProvider() === meterProvider
  const otlp = config.otlp.map((destination) => ({
    ...destination,
    ...(isTraced && ({ traces: false } as const)),
    ...(isCounted && ({ metrics: false } as const)),
  }))
  return isTraced
    ? { ...config, otlp, traces: { ...config.traces, enabled: false, fetch: false } }
    : { ...config, otlp }
}
