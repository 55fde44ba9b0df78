import type { RefusalReason } from '../export/aggregator/protocol.ts'
import type { MetricData } from '../metrics/data.ts'
import { familyName } from '../metrics/prometheus-names.ts'
import { isOwn } from './own-metrics.ts'
import type { Point } from './point.ts'

/** A metric without its points, and the service it belongs to. This is what is stored. */
export interface Family {
  readonly id: number
  readonly job: string
  readonly head: MetricData
}

/** With its series, by `attributeKey`. */
export interface HeldFamily extends Family {
  /** See `orderOf`. */
  readonly order: string
  readonly points: Map<string, Point>
}

/** Identity of a metric: names are compared without regard to case, as the specification says. */
export const familyKey = (job: string, { scope, name }: MetricData): string =>
  JSON.stringify([job, scope.name, name.toLowerCase()])

/**
 * Text by which metrics are ordered: those of one Prometheus name stand together, in every shard, which is what lets
 * readers go through all shards at once and hold no more than one name. What the aggregator says of itself comes
 * last, and of that what readers may add to.
 */
export const orderOf = (job: string, metric: MetricData): string => {
  const rank = !isOwn(metric) ? '' : metric.name.endsWith('refused_points') ? '~~' : '~'
  return `${rank}${familyName(metric, false).name}\n${familyKey(job, metric)}`
}

/** The part of `orderOf` that metrics of one Prometheus name have in common. */
export const groupOf = (order: string): string => order.slice(0, order.indexOf('\n'))

/**
 * What is kept of a metric's description. Not the version of its scope: totals go on over an upgrade, and a
 * label that changes would split every series in two.
 */
export const headOf = (metric: MetricData): MetricData => ({
  ...metric,
  ...('temporality' in metric && { temporality: 'cumulative' }),
  scope: { name: metric.scope.name },
  points: [],
})

/** Why two metrics of one name cannot be added. */
export const findConflict = (held: MetricData, metric: MetricData): RefusalReason | undefined => {
  if (held.type !== metric.type) {
    return 'kind_conflict'
  }
  if (held.type === 'sum' && held.monotonic !== (metric as typeof held).monotonic) {
    return 'kind_conflict'
  }
  if (held.unit !== metric.unit) {
    return 'unit_conflict'
  }
  return held.type === 'histogram' && String(held.bounds) !== String((metric as typeof held).bounds)
    ? 'bounds_conflict'
    : undefined
}

/** Says whether integers now have company that is none. */
export const widens = (held: MetricData, metric: MetricData): boolean =>
  'integer' in held && held.integer && 'integer' in metric && !metric.integer
