import { type Check, count, oneOf } from '../../base/checks.ts'
import type { Environment } from '../../base/environment.ts'
import { merge } from '../../base/merge.ts'
import type { TemporalityPreference } from '../../metrics/temporality.ts'
import type { MetricsConfig } from './config.ts'
import type { MetricsOptions } from './options.ts'

const EXPORTED = ['delta', 'cumulative', 'lowmemory'] as const

export const temporality: Check<TemporalityPreference> = /* @__PURE__ */ oneOf(
  ...EXPORTED,
  'aggregator',
)

export const exemplarFilter: Check<MetricsConfig['exemplars']> = /* @__PURE__ */ oneOf(
  'trace_based',
  'always_on',
  'always_off',
)

/** @param isShortLived Whether isolates come and go, so that totals of one say little: Workers. */
export function resolveMetrics(
  options: MetricsOptions | false | undefined,
  env: Environment,
  isShortLived: boolean,
): MetricsConfig | false {
  // Names of the specification, which writes them in any case.
  const preference = env.read('EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE', {
    ...oneOf(...EXPORTED),
    parse: (value) => value.toLowerCase(),
  })
  const intervalMs = env.read('METRIC_EXPORT_INTERVAL', count)
  const exemplars = env.read('METRICS_EXEMPLAR_FILTER', exemplarFilter)
  return (
    options !== false &&
    merge<MetricsConfig>(
      {
        temporality: preference ?? (isShortLived ? 'delta' : 'cumulative'),
        binding: 'METRICS',
        shard: undefined,
        intervalMs:
          intervalMs ??
          (options?.temporality === 'aggregator' ? 10_000 : isShortLived ? undefined : 60_000),
        views: [],
        cardinalityLimit: 2000,
        exemplars: exemplars ?? 'trace_based',
        activeRequests: false,
        bodySizes: false,
      },
      options,
    )
  )
}
