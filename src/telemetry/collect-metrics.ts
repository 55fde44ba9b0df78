import type { Attributes } from '@opentelemetry/api'
import type { MetricData } from '../metrics/data.ts'
import { existingTelemetry, rememberedOptions } from './registry.ts'

/** Metrics that share a resource. */
export interface CollectedMetrics {
  readonly resource: Attributes
  readonly metrics: readonly MetricData[]
}

/**
 * Reads this process's metrics from memory, as `prometheusRoute({ from: collectMetrics })` does on Deno, Bun and Node.
 * On Workers an isolate knows only its own part: use the aggregator there.
 *
 * @param options - The options object given to `observability`. Default, and for any other object, such as the context
 *   that `prometheusRoute` passes: the first one given.
 * @returns Nothing before the first request, or when metrics are off.
 * @throws Error when `metrics.temporality` is not `cumulative`: reading would take away what is to be exported.
 *
 * @example
 * ```ts
 * import { collectMetrics } from 'hono-observability'
 *
 * for (const { metrics } of await collectMetrics()) {
 *   console.log(metrics.map(({ name }) => name))
 * }
 * ```
 */
export const collectMetrics = async (options?: object): Promise<CollectedMetrics[]> => {
  const telemetry =
    (options && existingTelemetry(options)) ?? existingTelemetry(rememberedOptions())
  const { config, metricReader, resource } = telemetry ?? {}
  if (!config?.metrics || !metricReader || !resource) {
    return []
  }
  const { temporality } = config.metrics
  if (temporality !== 'cumulative') {
    throw new Error(
      `Cannot collect metrics: \`metrics.temporality\` must be cumulative, received ${temporality}`,
    )
  }
  return [{ resource, metrics: await metricReader.collect() }]
}
