import type { Attributes, HrTime } from '@opentelemetry/api'
import type { InstrumentationScope } from '../../base/instrumentation-scope.ts'
import type {
  ExponentialBuckets,
  ExponentialHistogramPoint,
  HistogramPoint,
  MetricData,
} from '../../metrics/data.ts'
import { toHrTime } from './time.ts'

/** The SDK's `DataPointType`. */
const POINT_TYPE = { histogram: 0, exponentialHistogram: 1, gauge: 2, sum: 3 } as const

/** The SDK's `ResourceMetrics`, as far as exporters read it. */
export interface ResourceMetrics {
  resource: { attributes: Attributes }
  scopeMetrics: { scope: InstrumentationScope; metrics: object[] }[]
}

/** Our metrics in the shape of the SDK's, which 1.x to 3.x share. */
export const toResourceMetrics = (
  attributes: Attributes,
  metrics: readonly MetricData[],
): ResourceMetrics => {
  const byScope = new Map<InstrumentationScope, object[]>()
  for (const metric of metrics) {
    const list = byScope.get(metric.scope) ?? []
    list.push(toMetric(metric))
    byScope.set(metric.scope, list)
  }
  return {
    resource: { attributes },
    scopeMetrics: [...byScope].map(([scope, list]) => ({ scope, metrics: list })),
  }
}

const toMetric = (metric: MetricData): object => ({
  descriptor: {
    name: metric.name,
    description: metric.description,
    unit: metric.unit,
    type: instrumentType(metric),
    valueType: 'integer' in metric && metric.integer ? 0 : 1,
  },
  aggregationTemporality: 'temporality' in metric && metric.temporality === 'delta' ? 0 : 1,
  dataPointType: POINT_TYPE[metric.type],
  ...(metric.type === 'sum' && { isMonotonic: metric.monotonic }),
  dataPoints: metric.points.map((point) => ({
    startTime: toHrTime(point.startMs) satisfies HrTime,
    endTime: toHrTime(point.timeMs) satisfies HrTime,
    attributes: point.attributes,
    value: pointValue(metric, point),
  })),
})

const instrumentType = (metric: MetricData): string =>
  metric.type === 'sum'
    ? metric.monotonic
      ? 'COUNTER'
      : 'UP_DOWN_COUNTER'
    : metric.type === 'gauge'
      ? 'GAUGE'
      : 'HISTOGRAM'

const pointValue = (metric: MetricData, point: MetricData['points'][number]): unknown => {
  if ('value' in point) {
    return point.value
  }
  const { count, sum, min, max } = point
  const common = { count, sum, min, max }
  if (metric.type === 'histogram') {
    const { bucketCounts } = point as HistogramPoint
    return { ...common, buckets: { boundaries: [...metric.bounds], counts: [...bucketCounts] } }
  }
  const { scale, zeroCount, positive, negative } = point as ExponentialHistogramPoint
  return {
    ...common,
    scale,
    zeroCount,
    positive: toBuckets(positive),
    negative: toBuckets(negative),
  }
}

const toBuckets = ({ offset, counts }: ExponentialBuckets): object => ({
  offset,
  bucketCounts: [...counts],
})
