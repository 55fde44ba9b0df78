import type {
  ExponentialHistogramPoint,
  HistogramPoint,
  MetricData,
  NumberPoint,
} from '../metrics/data.ts'
import { finite } from '../metrics/finite.ts'
import { mergeExponential } from '../metrics/merge-exponential.ts'
import { mergeExemplars } from './exemplars.ts'

/** A point of any kind of metric. */
export type Point = NumberPoint | HistogramPoint | ExponentialHistogramPoint

/**
 * Adds a delta to a running total. Sums and histograms add; a gauge takes the newer value.
 * Both must be points of `metric`'s kind, and of its bounds.
 */
export const addPoint = (metric: MetricData, into: Point, from: Point): void => {
  if ('value' in into) {
    const { value } = from as NumberPoint
    if (metric.type === 'sum') {
      into.value = finite(into.value + value)
    } else if (from.timeMs >= into.timeMs) {
      into.value = value
    }
  } else if ('bucketCounts' in into) {
    addHistogram(into, from as HistogramPoint)
  } else {
    const merged = mergeExponential(into, from as ExponentialHistogramPoint)
    for (const key of OPTIONAL) {
      delete into[key]
    }
    Object.assign(into, merged, merged.sum !== undefined && { sum: finite(merged.sum) })
  }
  if (from.exemplars?.length) {
    into.exemplars = mergeExemplars(metric, into.exemplars ?? [], from.exemplars)
  }
  into.startMs = Math.min(into.startMs, from.startMs)
  into.timeMs = Math.max(into.timeMs, from.timeMs)
}

/** What one side does not know, the total cannot know either. */
const OPTIONAL = ['sum', 'min', 'max'] as const

const FOLDS = { sum: (a: number, b: number): number => finite(a + b), min: Math.min, max: Math.max }

const addHistogram = (into: HistogramPoint, from: HistogramPoint): void => {
  for (const key of OPTIONAL) {
    // An empty side has no minimum, and hides none.
    const a = into.count || key === 'sum' ? into[key] : from[key]
    const b = from.count || key === 'sum' ? from[key] : into[key]
    if (a === undefined || b === undefined) {
      delete into[key]
    } else {
      into[key] = FOLDS[key](a, b)
    }
  }
  into.count += from.count
  into.bucketCounts = into.bucketCounts.map((count, i) => count + (from.bucketCounts[i] as number))
}
