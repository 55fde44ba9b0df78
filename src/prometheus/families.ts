import type { Attributes } from '@opentelemetry/api'
import { findConflict } from '../aggregator/family.ts'
import { addPoint, type Point } from '../aggregator/point.ts'
import type { ResourceMetrics } from '../aggregator/protocol.ts'
import type { GaugeData, MetricData } from '../metrics/data.ts'
import { SCOPE_NAME } from '../version.ts'
import type { PrometheusFormat } from './format.ts'
import { familyName, isCounter } from './names.ts'
import { formatLabels } from './text.ts'

export type FamilyType = 'counter' | 'gauge' | 'histogram' | 'info'

export interface Series {
  readonly metric: MetricData
  readonly point: Point
}

/** All series of one Prometheus name. */
export interface Family {
  readonly name: string
  readonly type: FamilyType
  readonly unit: string
  readonly help: string
  /** By their labels, written out. */
  readonly series: Map<string, Series>
}

/** Attributes that tell services apart, when there are several. */
const IDENTITY = ['service.name', 'service.namespace', 'deployment.environment.name']

/**
 * Metrics by their Prometheus names. Series that have the same name and labels there are added up; points
 * that cannot be are counted in `hono_observability_prometheus_conflicts`.
 *
 * @throws {TypeError} for a metric that is not cumulative: Prometheus knows no other kind.
 */
export const toFamilies = (
  resources: readonly ResourceMetrics[],
  format: PrometheusFormat,
): Family[] => {
  const families = new Map<string, Family>()
  const conflicts = new Map<string, number>()
  for (const { resource, metrics } of resources) {
    add(families, targetInfo(resource), {}, format, 'info')
    const identity =
      resources.length > 1
        ? Object.fromEntries(IDENTITY.map((key) => [key, resource[key]] as const))
        : {}
    for (const metric of metrics) {
      const refused = add(families, metric, { ...scopeLabels(metric, format), ...identity }, format)
      if (refused) {
        conflicts.set(metric.name, (conflicts.get(metric.name) ?? 0) + refused)
      }
    }
  }
  if (conflicts.size) {
    add(families, conflictsOf(conflicts), {}, format)
  }
  return [...families.values()]
}

/** Returns how many points could not be added. */
const add = (
  families: Map<string, Family>,
  metric: MetricData,
  labels: Attributes,
  { keepsUtf8 }: PrometheusFormat,
  type: FamilyType = typeOf(metric),
): number => {
  if ('temporality' in metric && metric.temporality === 'delta') {
    throw new TypeError(`Cannot render \`${metric.name}\`: its temporality must be cumulative`)
  }
  const { name, unit } = familyName(metric, keepsUtf8)
  let family = families.get(name)
  if (!family) {
    family = { name, type, unit, help: metric.description, series: new Map() }
    families.set(name, family)
  }
  let refused = 0
  for (const point of metric.points) {
    const key = formatLabels({ ...labels, ...point.attributes }, keepsUtf8, type === 'histogram')
    const held = family.series.get(key)
    if (
      family.type !== type ||
      (held && findConflict({ ...held.metric, unit: metric.unit }, metric))
    ) {
      refused++
    } else if (held) {
      const total = { ...held.point }
      addPoint(metric, total, point)
      family.series.set(key, { metric, point: total })
    } else {
      family.series.set(key, { metric, point })
    }
  }
  return refused
}

const typeOf = (metric: MetricData): FamilyType => {
  if (metric.type === 'histogram' || metric.type === 'exponentialHistogram') {
    return 'histogram'
  }
  return isCounter(metric) ? 'counter' : 'gauge'
}

const scopeLabels = ({ scope }: MetricData, { scopes }: PrometheusFormat): Attributes =>
  scopes
    ? {
        otel_scope_name: scope.name,
        ...(scope.version && { otel_scope_version: scope.version }),
        ...(scope.schemaUrl && { otel_scope_schema_url: scope.schemaUrl }),
      }
    : {}

const gauge = (name: string, description: string, points: [Attributes, number][]): GaugeData => ({
  type: 'gauge',
  name,
  description,
  unit: '',
  integer: true,
  scope: { name: SCOPE_NAME },
  points: points.map(([attributes, value]) => ({ attributes, value, startMs: 0, timeMs: 0 })),
})

const targetInfo = (resource: Attributes): GaugeData =>
  gauge('target', 'Resource attributes of the service', [[resource, 1]])

const conflictsOf = (conflicts: ReadonlyMap<string, number>): GaugeData =>
  gauge(
    'hono_observability.prometheus.conflicts',
    'Series left out because their Prometheus name is taken by a metric of another kind',
    [...conflicts].map(([metric, points]) => [{ metric }, points]),
  )
