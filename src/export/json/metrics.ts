import { quote } from '../../base/quote.ts'
import type {
  Exemplar,
  ExponentialBuckets,
  ExponentialHistogramPoint,
  HistogramPoint,
  MetricData,
  NumberPoint,
  Temporality,
} from '../../metrics/data.ts'
import { isIntegerPoint, TEMPORALITY } from '../otlp/values.ts'
import { encodeScope } from './traces.ts'
import { encodeAttributes, encodeDouble, unixNano } from './values.ts'

/**
 * An `ExportMetricsServiceRequest`, opentelemetry-proto `metrics/v1`, as OTLP/JSON. `resource` is the
 * encoded resource.
 */
export const encodeMetrics = (resource: string, metrics: readonly MetricData[]): string => {
  // By text, because equal scopes that came from elsewhere are different objects.
  const byScope = new Map<string, string>()
  for (const metric of metrics) {
    const { schemaUrl } = metric.scope
    const scope = `"scope":${encodeScope(metric.scope)},${schemaUrl ? `"schemaUrl":${quote(schemaUrl)},` : ''}`
    const before = byScope.get(scope)
    byScope.set(scope, before ? `${before},${encodeMetric(metric)}` : encodeMetric(metric))
  }
  const scopes = Array.from(byScope, ([scope, encoded]) => `{${scope}"metrics":[${encoded}]}`)
  return `{"resourceMetrics":[{"resource":${resource},"scopeMetrics":[${scopes.join()}]}]}`
}

const encodeMetric = (metric: MetricData): string =>
  `{"name":${quote(metric.name)},"description":${quote(metric.description)},"unit":${quote(
    metric.unit,
  )},${encodeData(metric)}}`

const encodeData = (metric: MetricData): string => {
  const { type } = metric
  switch (type) {
    case 'gauge':
    case 'sum': {
      const points = list(metric.points, (point) => encodeNumberPoint(point, metric.integer))
      return type === 'gauge'
        ? `"gauge":{${points}}`
        : `"sum":{"aggregationTemporality":${TEMPORALITY[metric.temporality]},"isMonotonic":${metric.monotonic},${points}}`
    }
    case 'histogram': {
      const bounds = `,"explicitBounds":[${metric.bounds.map(encodeDouble).join()}]`
      const points = list(metric.points, (point) => encodeHistogramPoint(point, bounds))
      return encodeHistogram(type, metric.temporality, points)
    }
    case 'exponentialHistogram':
      return encodeHistogram(type, metric.temporality, list(metric.points, encodeExponentialPoint))
  }
}

const encodeHistogram = (type: string, temporality: Temporality, points: string): string =>
  `"${type}":{"aggregationTemporality":${TEMPORALITY[temporality]},${points}}`

const list = <P>(points: readonly P[], encode: (point: P) => string): string =>
  `"dataPoints":[${points.map((point) => encode(point)).join()}]`

const encodeNumberPoint = (point: NumberPoint, integer: boolean): string =>
  `{${encodeNumber(point.value, integer)},${encodeCommon(point, integer)}}`

/** A 64-bit integer where the instrument says so and the value is one; JSON numbers would lose digits. */
const encodeNumber = (value: number, integer: boolean): string =>
  isIntegerPoint(value, integer)
    ? `"asInt":"${BigInt(value)}"`
    : `"asDouble":${encodeDouble(value)}`

const encodeHistogramPoint = (point: HistogramPoint, bounds: string): string =>
  `{${encodeSpread(point)}${encodeCounts('bucketCounts', point.bucketCounts)}${bounds},${encodeCommon(point, false)}}`

const encodeExponentialPoint = (point: ExponentialHistogramPoint): string =>
  `{${encodeSpread(point)}"scale":${point.scale},"zeroCount":"${point.zeroCount}","zeroThreshold":${encodeDouble(
    point.zeroThreshold,
  )},${encodeBuckets('positive', point.positive)}${encodeBuckets('negative', point.negative)}${encodeCommon(point, false)}}`

const encodeBuckets = (name: string, { offset, counts }: ExponentialBuckets): string =>
  counts.length > 0 ? `"${name}":{"offset":${offset},${encodeCounts('bucketCounts', counts)}},` : ''

const encodeCounts = (name: string, counts: readonly number[]): string =>
  `"${name}":[${counts.map((count) => `"${count}"`).join()}]`

const encodeSpread = (point: HistogramPoint | ExponentialHistogramPoint): string => {
  let text = `"count":"${point.count}",`
  for (const key of ['sum', 'min', 'max'] as const) {
    const value = point[key]
    if (value !== undefined) {
      text += `"${key}":${encodeDouble(value)},`
    }
  }
  return text
}

const encodeCommon = (
  { attributes, startMs, timeMs, exemplars }: Omit<NumberPoint, 'value'>,
  integer: boolean,
): string =>
  `"startTimeUnixNano":${unixNano(startMs)},"timeUnixNano":${unixNano(timeMs)},"attributes":${encodeAttributes(attributes)}${
    exemplars?.length
      ? `,"exemplars":[${exemplars.map((exemplar) => encodeExemplar(exemplar, integer)).join()}]`
      : ''
  }`

const encodeExemplar = (
  { timeMs, value, traceId, spanId, attributes }: Exemplar,
  integer: boolean,
): string =>
  `{"timeUnixNano":${unixNano(timeMs)},${encodeNumber(value, integer)}${
    traceId && spanId ? `,"spanId":"${spanId}","traceId":"${traceId}"` : ''
  }${attributes ? `,"filteredAttributes":${encodeAttributes(attributes)}` : ''}}`
