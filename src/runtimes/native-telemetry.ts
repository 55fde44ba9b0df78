import { metrics, trace } from '@opentelemetry/api'

interface Globals {
  Deno?: { telemetry?: { tracerProvider?: unknown; meterProvider?: unknown } }
}

/** Signals that the runtime records and exports by itself. */
export interface NativeTelemetry {
  readonly traces: boolean
  readonly metrics: boolean
}

/**
 * What the runtime records by itself. With `OTEL_DENO=true`, Deno makes server and client spans, counts requests, serves
 * the OpenTelemetry API and exports all of that.
 */
export const nativeTelemetry = (): NativeTelemetry => {
  const { tracerProvider, meterProvider } = (globalThis as Globals).Deno?.telemetry ?? {}
  return {
    traces: tracerProvider !== undefined && trace.getTracerProvider() === tracerProvider,
    metrics: meterProvider !== undefined && metrics.getMeterProvider() === meterProvider,
  }
}
