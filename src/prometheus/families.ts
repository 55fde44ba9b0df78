import type { Attributes } from '@opentelemetry/api'
import { findConflict } from '../aggregator/family.ts'
import { addPoint, type Point } from '../aggregator/point.ts'
import { SCOPE_NAME } from '../base/version.ts'
import type { ResourceMetrics } from '../export/aggregator/protocol.ts'
import type { GaugeData, MetricData } from '../metrics/data.ts'
import { familyName, isCounter } from '../metrics/prometheus-names.ts'
import type { PrometheusFormat } from './format.ts'
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
 * Metrics by their Prometheus names, for one answer. Series that have the same name and labels there are added up.
 * Points that cannot be, and those of metrics whose samples would have a name that another metric's have, are left
 * out and counted in `hono_prometheus_conflicts`.
 */
export class Families {
  readonly #format: PrometheusFormat
  readonly #hasSeveral: boolean
  #open = new Map<string, Family>()
  /** Names of samples that are taken, and with `# ` in front those of families. */
  readonly #taken = new Set<string>()
  readonly #conflicts = new Map<string, number>()

  /** @param resources All there will be: of several, series carry the identity. */
  constructor(format: PrometheusFormat, resources: readonly ResourceMetrics[]) {
    this.#format = format
    this.#hasSeveral = resources.length > 1
    // Reserved, or it could not be told what was left out.
    this.#claim(familyName(conflictsOf(new Map()), format.keepsUtf8).name, 'gauge')
    for (const { resource } of resources) {
      this.#add(targetInfo(resource), {}, 'info')
    }
  }

  /**
   * Adds metrics to those that have not been taken.
   *
   * @throws {TypeError} for a metric that is not cumulative: Prometheus knows no other kind.
   */
  add(resources: readonly ResourceMetrics[]): void {
    for (const { resource, metrics } of resources) {
      const identity = this.#hasSeveral
        ? Object.fromEntries(IDENTITY.map((key) => [key, resource[key]] as const))
        : {}
      for (const metric of metrics) {
        const labels = { ...scopeLabels(metric, this.#format), ...identity }
        const refused = this.#add(metric, labels, typeOf(metric))
        if (refused) {
          this.#conflicts.set(metric.name, (this.#conflicts.get(metric.name) ?? 0) + refused)
        }
      }
    }
  }

  /** Hands out what was added. What comes later under one of these names is left out. */
  take(): Family[] {
    const families = [...this.#open.values()].filter(({ series }) => series.size)
    this.#open = new Map()
    return families
  }

  /** The same at the end, with what there is to say of conflicts. */
  takeLast(): Family[] {
    if (this.#conflicts.size) {
      const metric = conflictsOf(this.#conflicts)
      const { name } = familyName(metric, this.#format.keepsUtf8)
      this.#taken.delete(name)
      this.#taken.delete(`# ${name}`)
      this.#add(metric, {}, 'gauge')
    }
    return this.take()
  }

  /** Returns how many points could not be added. */
  #add(metric: MetricData, labels: Attributes, type: FamilyType): number {
    if ('temporality' in metric && metric.temporality === 'delta') {
      throw new TypeError(`Cannot render \`${metric.name}\`: its temporality must be cumulative`)
    }
    const { keepsUtf8 } = this.#format
    const { name, unit } = familyName(metric, keepsUtf8)
    let family = this.#open.get(name)
    if (!family) {
      if (!this.#claim(name, type)) {
        return metric.points.length
      }
      family = { name, type, unit, help: metric.description, series: new Map() }
      this.#open.set(name, family)
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

  /** Takes the names of a family and its samples, unless one of them is taken. */
  #claim(name: string, type: FamilyType): boolean {
    const names = [`# ${name}`, ...sampleNames(name, type, this.#format)]
    if (names.some((one) => this.#taken.has(one))) {
      return false
    }
    for (const one of names) {
      this.#taken.add(one)
    }
    return true
  }
}

/** Names that a family's samples have, or in OpenMetrics could have: no other's may. */
const sampleNames = (
  name: string,
  type: FamilyType,
  { openMetrics }: PrometheusFormat,
): string[] => {
  const created = openMetrics ? [`${name}_created`] : []
  switch (type) {
    case 'counter':
      return [`${name}_total`, ...created]
    case 'histogram':
      return [name, `${name}_bucket`, `${name}_count`, `${name}_sum`, ...created]
    case 'info':
      return [name, `${name}_info`]
    default:
      return [name]
  }
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
    'hono.prometheus.conflicts',
    'Series left out because their Prometheus name is taken by a metric of another kind',
    [...conflicts].map(([metric, points]) => [{ metric }, points]),
  )
