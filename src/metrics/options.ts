import { callable, count, flag, oneOf, text } from '../base/checks.ts'
import type { Environment } from '../base/environment.ts'
import { merge } from '../base/merge.ts'
import {
  defaultsOf,
  fieldsOf,
  type OptionTable,
  type Resolved,
  settingsOf,
} from '../base/options.ts'
import { arrayOf, groupOrFlag, type Schema } from '../base/schema.ts'
import type { View } from './stream-config.ts'
import type { TemporalityPreference } from './temporality.ts'

/** Which metrics there are, and in what form they leave. */
export interface MetricsOptions {
  /**
   * `delta`: each request carries what was added since the last. `cumulative`: running totals. `lowmemory`: deltas,
   * but totals where a delta would cost memory. `aggregator`: deltas to a Durable Object that makes exact totals of
   * all isolates'. Default `delta` on Workers, `cumulative` elsewhere.
   */
  temporality?: TemporalityPreference
  /** Name of the Durable Object binding that `aggregator` pushes to. Default `METRICS`. */
  binding?: string
  /** Name of the aggregator's shard. Default: the continent's, `request.cf.continent`. */
  shard?: string
  /**
   * Time between exports, in milliseconds. Default 60000; with the aggregator 10000, and never held longer
   * than 20 s; otherwise on Workers, metrics leave with every batch of spans.
   */
  intervalMs?: number
  /** Changes to what is reported, made by `view()`. */
  views?: View[]
  /** Most attribute sets of one metric; what exceeds them is summed up under `otel.metric.overflow`. Default 2000. */
  cardinalityLimit?: number
  /** Which measurements may carry the trace they belong to. Default `trace_based`: those in sampled traces. */
  exemplars?: 'trace_based' | 'always_on' | 'always_off'
  /** Record `http.server.active_requests`. Default true where a process serves: Deno, Bun and Node. On Workers false: an isolate that is ended with requests in it would leave them counted. */
  activeRequests?: boolean
  /** Record the sizes of request and response bodies that have a `Content-Length`. Default false. */
  bodySizes?: boolean
}

type Defaulted = 'binding' | 'views' | 'cardinalityLimit' | 'exemplars' | 'bodySizes'

/** Options and environment, merged. Without `intervalMs`, metrics leave with every batch. */
export type MetricsConfig = Resolved<MetricsOptions, Defaulted | 'temporality' | 'activeRequests'>

const EXPORTED = ['delta', 'cumulative', 'lowmemory'] as const

export const metricsTable = (): OptionTable<MetricsOptions> => ({
  temporality: {
    of: oneOf<TemporalityPreference>(...EXPORTED, 'aggregator'),
    variable: 'OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE',
    read: oneOf(...EXPORTED),
  },
  binding: { of: text, default: 'METRICS' },
  shard: { of: text },
  intervalMs: { of: count, variable: 'OTEL_METRIC_EXPORT_INTERVAL' },
  views: { of: arrayOf(callable<View>()), default: [] },
  cardinalityLimit: { of: count, default: 2000 },
  exemplars: {
    of: oneOf('trace_based', 'always_on', 'always_off'),
    variable: 'OTEL_METRICS_EXEMPLAR_FILTER',
    default: 'trace_based',
  },
  activeRequests: { of: flag },
  bodySizes: { of: flag, default: false },
})

export const metricsSchema = (): Schema<MetricsOptions | boolean> =>
  groupOrFlag<MetricsOptions>(fieldsOf(metricsTable()))

/** @param isShortLived Whether isolates come and go, so that totals of one say little: Workers. */
export const resolveMetrics = (
  options: MetricsOptions | boolean | undefined,
  environment: Environment,
  isShortLived: boolean,
): MetricsConfig | false => {
  const given = settingsOf(options)
  const defaults = defaultsOf<MetricsOptions, Defaulted>(metricsTable(), environment)
  return (
    options !== false &&
    merge<MetricsConfig>(
      {
        ...defaults,
        temporality: defaults.temporality ?? (isShortLived ? 'delta' : 'cumulative'),
        activeRequests: !isShortLived,
        intervalMs:
          defaults.intervalMs ??
          (given.temporality === 'aggregator' ? 10_000 : isShortLived ? undefined : 60_000),
      },
      given,
    )
  )
}
