import type { NativeTelemetry } from '../../runtimes/native-telemetry.ts'
import type { Config } from './config.ts'

/**
 * Leaves to the runtime what it records by itself: its server span gets the route and the outcome from us, and no second
 * of anything leaves. Metrics can still be read from memory.
 */
export const deferToRuntime = (config: Config, { traces, metrics }: NativeTelemetry): Config => {
  if (!traces && !metrics) {
    return config
  }
  const otlp = config.otlp.map((destination) => ({
    ...destination,
    ...(traces && ({ traces: false } as const)),
    ...(metrics && ({ metrics: false } as const)),
  }))
  return traces
    ? { ...config, otlp, traces: { ...config.traces, enabled: false, fetch: false } }
    : { ...config, otlp }
}
