import type { ResourceMetrics } from '../export/aggregator/protocol.ts'
import type { Exemplar, ExponentialHistogramPoint, HistogramPoint } from '../metrics/data.ts'
import { type CumulativeBuckets, explicitBuckets, exponentialBuckets } from './buckets.ts'
import { Families, type Family, type Series } from './families.ts'
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

/** Characters that are handed out at a time, about. */
const CHUNK_LENGTH = 1 << 16

/**
 * Writes metrics as Prometheus text 0.0.4 or OpenMetrics 1.0, a chunk at a time.
 *
 * @param resources All there are; their metrics are not read.
 * @param groups Metrics. All of one Prometheus name must come in one group.
 * @throws {TypeError} for a metric that is not cumulative.
 */
export async function* renderChunks(
  resources: readonly ResourceMetrics[],
  groups: Iterable<readonly ResourceMetrics[]> | AsyncIterable<readonly ResourceMetrics[]>,
  format: PrometheusFormat,
): AsyncGenerator<string> {
  const families = new Families(format, resources)
  yield* chunksOf(families.take(), format)
  for await (const group of groups) {
    families.add(group)
    yield* chunksOf(families.take(), format)
  }
  yield* chunksOf(families.takeLast(), format)
  if (format.openMetrics) {
    yield '# EOF\n'
  }
}

/** The same of what is in memory, in one text. */
export const renderPrometheus = (
  resources: readonly ResourceMetrics[],
  format: PrometheusFormat,
): string => {
  const families = new Families(format, resources)
  families.add(resources)
  const chunks = [...chunksOf(families.takeLast(), format)]
  return chunks.join('') + (format.openMetrics ? '# EOF\n' : '')
}

function* chunksOf(families: readonly Family[], format: PrometheusFormat): Generator<string> {
  let chunk = ''
  for (const family of families) {
    for (const line of renderFamily(family, format)) {
      chunk += `${line}\n`
      if (chunk.length >= CHUNK_LENGTH) {
        yield chunk
        chunk = ''
      }
    }
  }
  if (chunk) {
    yield chunk
  }
}

function* renderFamily(
  family: Family,
  { openMetrics, keepsUtf8, created = false }: PrometheusFormat,
): Generator<string> {
  const { name, type, unit, help, series } = family
  const suffix = type === 'counter' ? '_total' : type === 'info' ? '_info' : ''
  // Here the formats differ: to OpenMetrics the suffix belongs to the sample, not to the name.
  const title = formatName(openMetrics ? name : name + suffix)
  yield `# TYPE ${title} ${type === 'info' && !openMetrics ? 'gauge' : type}`
  if (openMetrics && unit) {
    yield `# UNIT ${title} ${unit}`
  }
  if (help) {
    const escaped = escapeText(help)
    yield `# HELP ${title} ${openMetrics ? escaped : escaped.replaceAll('\\"', '"')}`
  }

  const formatExemplar = ({
    traceId,
    spanId,
    attributes = {},
    value,
    timeMs,
  }: Exemplar): string => {
    const ids = { ...(traceId && { trace_id: traceId }), ...(spanId && { span_id: spanId }) }
    const full = formatLabels({ ...attributes, ...ids }, keepsUtf8)
    const labels = full.length > MAX_EXEMPLAR_LENGTH ? formatLabels(ids, keepsUtf8) : full
    return ` # {${labels}} ${formatNumber(value)} ${formatTime(timeMs)}`
  }
  const sample = (end: string, labels: string, value: string, exemplar?: Exemplar): string => {
    const extra = openMetrics && exemplar ? formatExemplar(exemplar) : ''
    return `${formatSeries(name + end, labels)} ${value}${extra}`
  }
  const bucketsOf = type === 'histogram' ? allBuckets(series.values()) : undefined
  for (const [labels, { point }] of series) {
    if ('value' in point) {
      const exemplar = type === 'counter' ? point.exemplars?.[0] : undefined
      yield sample(suffix, labels, formatNumber(point.value), exemplar)
    } else {
      const buckets = bucketsOf?.get(point) ?? []
      let lower = Number.NEGATIVE_INFINITY
      for (const [upper, count] of buckets) {
        const le = `le="${formatBound(upper, openMetrics)}"`
        const exemplar = point.exemplars?.find(({ value }) => value > lower && value <= upper)
        yield sample('_bucket', labels ? `${labels},${le}` : le, formatNumber(count), exemplar)
        lower = upper
      }
      yield sample('_count', labels, formatNumber(point.count))
      // OpenMetrics takes the sum for a counter, which it is not where values are negative.
      if (point.sum !== undefined && !(openMetrics && (buckets[0]?.[0] ?? 0) < 0)) {
        yield sample('_sum', labels, formatNumber(point.sum))
      }
    }
    if (openMetrics && created && (type === 'counter' || type === 'histogram')) {
      yield sample('_created', labels, formatTime(point.startMs))
    }
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
