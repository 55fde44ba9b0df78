import type { ResourceMetrics } from '../aggregator/protocol.ts'
import type { Exemplar, ExponentialHistogramPoint, HistogramPoint } from '../metrics/data.ts'
import { type CumulativeBuckets, explicitBuckets, exponentialBuckets } from './buckets.ts'
import { type Family, type Series, toFamilies } from './families.ts'
import type { PrometheusFormat } from './format.ts'
import {
  escapeText,
  formatLabels,
  formatName,
  formatNumber,
  formatSeries,
  formatTime,
} from './text.ts'

/** Most characters of an exemplar's labels, names included; OpenMetrics allows no more. */
const MAX_EXEMPLAR_LENGTH = 128

/**
 * Writes metrics as Prometheus text 0.0.4 or OpenMetrics 1.0.
 *
 * @throws {TypeError} for a metric that is not cumulative.
 */
export const renderPrometheus = (
  resources: readonly ResourceMetrics[],
  format: PrometheusFormat,
): string => {
  const lines = toFamilies(resources, format)
    .filter(({ series }) => series.size)
    .flatMap((family) => renderFamily(family, format))
  if (format.openMetrics) {
    lines.push('# EOF')
  }
  return lines.map((line) => `${line}\n`).join('')
}

const renderFamily = (
  family: Family,
  { openMetrics, keepsUtf8, created = false }: PrometheusFormat,
): string[] => {
  const { name, type, unit, help, series } = family
  const suffix = type === 'counter' ? '_total' : type === 'info' ? '_info' : ''
  // Here the formats differ: to OpenMetrics the suffix belongs to the sample, not to the name.
  const title = formatName(openMetrics ? name : name + suffix)
  const lines = [`# TYPE ${title} ${type === 'info' && !openMetrics ? 'gauge' : type}`]
  if (openMetrics && unit) {
    lines.push(`# UNIT ${title} ${unit}`)
  }
  if (help) {
    const escaped = escapeText(help)
    lines.push(`# HELP ${title} ${openMetrics ? escaped : escaped.replaceAll('\\"', '"')}`)
  }

  const sample = (end: string, labels: string, value: string, exemplar?: Exemplar): void => {
    const extra = openMetrics && exemplar ? formatExemplar(exemplar) : ''
    lines.push(`${formatSeries(name + end, labels)} ${value}${extra}`)
  }
  const bucketsOf = type === 'histogram' ? allBuckets(series.values()) : undefined
  for (const [labels, { point }] of series) {
    if ('value' in point) {
      const exemplar = type === 'counter' ? point.exemplars?.[0] : undefined
      sample(suffix, labels, formatNumber(point.value), exemplar)
    } else {
      const buckets = bucketsOf?.get(point) ?? []
      let lower = Number.NEGATIVE_INFINITY
      for (const [upper, count] of buckets) {
        const le = `le="${formatBound(upper, openMetrics)}"`
        const exemplar = point.exemplars?.find(({ value }) => value > lower && value <= upper)
        sample('_bucket', labels ? `${labels},${le}` : le, formatNumber(count), exemplar)
        lower = upper
      }
      sample('_count', labels, formatNumber(point.count))
      // OpenMetrics takes the sum for a counter, which it is not where values are negative.
      if (point.sum !== undefined && !(openMetrics && (buckets[0]?.[0] ?? 0) < 0)) {
        sample('_sum', labels, formatNumber(point.sum))
      }
    }
    if (openMetrics && created && (type === 'counter' || type === 'histogram')) {
      sample('_created', labels, formatTime(point.startMs))
    }
  }
  return lines

  function formatExemplar({ traceId, spanId, attributes = {}, value, timeMs }: Exemplar): string {
    const ids = { ...(traceId && { trace_id: traceId }), ...(spanId && { span_id: spanId }) }
    const full = formatLabels({ ...attributes, ...ids }, keepsUtf8)
    const labels = full.length > MAX_EXEMPLAR_LENGTH ? formatLabels(ids, keepsUtf8) : full
    return ` # {${labels}} ${formatNumber(value)} ${formatTime(timeMs)}`
  }
}

type Distribution = HistogramPoint | ExponentialHistogramPoint

const allBuckets = (series: Iterable<Series>): Map<Series['point'], CumulativeBuckets> => {
  const buckets = new Map<Series['point'], CumulativeBuckets>()
  const exponential: ExponentialHistogramPoint[] = []
  for (const { metric, point } of series) {
    if (metric.type === 'histogram') {
      buckets.set(point, explicitBuckets(metric.bounds, point as HistogramPoint))
    } else {
      exponential.push(point as ExponentialHistogramPoint)
    }
  }
  exponentialBuckets(exponential).forEach((bounds, i) => {
    buckets.set(exponential[i] as Distribution, bounds)
  })
  return buckets
}

/** OpenMetrics writes bounds as floats, also whole ones. */
const formatBound = (bound: number, openMetrics: boolean): string => {
  const text = formatNumber(bound)
  return openMetrics && /^-?\d+$/.test(text) ? `${text}.0` : text
}
