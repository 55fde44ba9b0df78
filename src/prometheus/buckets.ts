import type { ExponentialHistogramPoint, HistogramPoint } from '../metrics/data.ts'
import { shrink } from '../metrics/exponential-buckets.ts'

/** Cumulative counts by upper bound, ascending; the last bound is infinite. */
export type CumulativeBuckets = [upperBound: number, count: number][]

/** Finest scale that is shown: two buckets for each doubling, √2 apart. */
const MAX_SCALE = 1

/** Most bounds of one sign. */
const MAX_BOUNDS = 160

/** The buckets of an explicit-bucket histogram. */
export const explicitBuckets = (
  bounds: readonly number[],
  { bucketCounts }: HistogramPoint,
): CumulativeBuckets => {
  let total = 0
  return bucketCounts.map((count, i) => {
    total += count
    return [bounds[i] ?? Number.POSITIVE_INFINITY, total]
  })
}

/**
 * The buckets of exponential histograms at the powers of their base. The text formats have no form for native
 * histograms. All series of a metric get the same bounds, or sums over them would be wrong; bounds of a scale
 * are also bounds of every finer one, so those of a series do not move when it grows.
 */
export const exponentialBuckets = (
  points: readonly ExponentialHistogramPoint[],
): CumulativeBuckets[] => {
  let scale = Math.min(MAX_SCALE, ...points.map((point) => point.scale))
  while (SIGNS.some((sign) => span(points, sign, scale) > MAX_BOUNDS)) {
    scale--
  }
  const [low, high] = range(points, 'positive', scale)
  const [lowNegative, highNegative] = range(points, 'negative', scale)
  const hasZero = points.some(({ zeroCount }) => zeroCount > 0) || lowNegative <= highNegative
  const zeroBound = Math.max(...points.map(({ zeroThreshold }) => zeroThreshold))
  return points.map((point) => {
    const buckets: CumulativeBuckets = []
    let total = 0
    const negative = countsAt(point, 'negative', scale)
    for (let index = highNegative; index >= lowNegative; index--) {
      total += negative(index)
      extend(buckets, -(2 ** (index / 2 ** scale)), total)
    }
    total += point.zeroCount
    if (hasZero) {
      extend(buckets, zeroBound, total)
    }
    const positive = countsAt(point, 'positive', scale)
    // From the lower bound of the first bucket: without it, quantiles would be interpolated from zero.
    for (let index = low - 1; low <= high && index <= high; index++) {
      total += positive(index)
      extend(buckets, 2 ** ((index + 1) / 2 ** scale), total)
    }
    extend(buckets, Number.POSITIVE_INFINITY, point.count)
    return buckets
  })
}

/**
 * Adds a bucket, or adds it to the one before where a double has no room between their bounds: next to zero and to
 * the largest number, powers of the base are rounded to zero and to infinity.
 */
const extend = (buckets: CumulativeBuckets, bound: number, total: number): void => {
  const last = buckets.at(-1)
  if (last && bound <= last[0]) {
    last[1] = total
  } else {
    buckets.push([bound + 0, total])
  }
}

type Sign = 'positive' | 'negative'

const SIGNS: readonly Sign[] = ['positive', 'negative']

/** The lowest and highest index that any of the points has; in the wrong order if none has one. */
const range = (
  points: readonly ExponentialHistogramPoint[],
  sign: Sign,
  scale: number,
): [low: number, high: number] => {
  let low = Number.POSITIVE_INFINITY
  let high = Number.NEGATIVE_INFINITY
  for (const point of points) {
    const { offset, counts } = point[sign]
    if (counts.length) {
      low = Math.min(low, offset >> (point.scale - scale))
      high = Math.max(high, (offset + counts.length - 1) >> (point.scale - scale))
    }
  }
  return [low, high]
}

const span = (points: readonly ExponentialHistogramPoint[], sign: Sign, scale: number): number => {
  const [low, high] = range(points, sign, scale)
  return high - low
}

/** The count at an index of a coarser scale. */
const countsAt = (
  point: ExponentialHistogramPoint,
  sign: Sign,
  scale: number,
): ((index: number) => number) => {
  const { offset, counts } = point[sign]
  const buckets = { offset, counts: counts.slice() }
  shrink(buckets, point.scale - scale)
  return (index) => buckets.counts[index - buckets.offset] ?? 0
}
