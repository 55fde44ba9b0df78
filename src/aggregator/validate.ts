import type { RefusalReason } from '../export/aggregator/protocol.ts'
import type {
  ExponentialHistogramPoint,
  HistogramPoint,
  MetricData,
  NumberPoint,
} from '../metrics/data.ts'
import { attributeKey } from './attribute-key.ts'
import type { Point } from './point.ts'

/** Longest attributes of a series, in characters of JSON. */
const MAX_KEY_LENGTH = 8192

/**
 * Why a metric cannot be added to totals at all; undefined when it can. What passes here cannot fail later,
 * half of it added.
 */
export const findFault = (metric: MetricData): RefusalReason | undefined => {
  try {
    if ('temporality' in metric && metric.temporality !== 'delta') {
      return 'temporality'
    }
    for (const point of metric.points) {
      if (![point.startMs, point.timeMs, ...numbersOf(metric, point)].every(Number.isFinite)) {
        return 'not_finite'
      }
      if (attributeKey(point.attributes).length > MAX_KEY_LENGTH) {
        return 'too_large'
      }
    }
    return undefined
  } catch {
    return 'malformed'
  }
}

/** Throws, without a word that anyone would see, where numbers contradict each other. */
const numbersOf = (metric: MetricData, point: Point): number[] => {
  if (metric.type === 'sum' || metric.type === 'gauge') {
    const { value } = point as NumberPoint
    return [metric.type === 'sum' && metric.monotonic && value < 0 ? Number.NaN : value]
  }
  if (metric.type === 'histogram') {
    const { bucketCounts } = point as HistogramPoint
    // A histogram has one bucket more than bounds.
    if (bucketCounts.length !== metric.bounds.length + 1) {
      throw new RangeError()
    }
    return distribution(point as HistogramPoint, bucketCounts)
  }
  const { scale, zeroThreshold, zeroCount, positive, negative } = point as ExponentialHistogramPoint
  return [
    scale,
    zeroThreshold,
    positive.offset,
    negative.offset,
    ...distribution(point as ExponentialHistogramPoint, [
      zeroCount,
      ...positive.counts,
      ...negative.counts,
    ]),
  ]
}

const distribution = (
  { count, sum = 0, min = 0, max = 0 }: HistogramPoint | ExponentialHistogramPoint,
  counts: readonly number[],
): number[] => {
  let total = 0
  for (const bucket of counts) {
    total += bucket < 0 ? Number.NaN : bucket
  }
  // The buckets of a histogram add up to its count.
  if (total !== count) {
    throw new RangeError()
  }
  return [count, sum, min, max]
}
