import type { ExponentialBuckets, ExponentialHistogramPoint } from './data.ts'
import { addToBucket, type GrowingBuckets, shrink, stepsToFit } from './exponential-buckets.ts'

/** The part of a point that merging combines: all but its identity and times. */
export type ExponentialState = Omit<
  ExponentialHistogramPoint,
  'attributes' | 'startMs' | 'timeMs' | 'exemplars'
>

/**
 * Two exponential histograms as one, at the finest scale both can have in `maxSize` buckets a range.
 * Neither input changes. Metrics data model, "ExponentialHistogram: Producer Recommendations".
 */
export const mergeExponential = (
  a: ExponentialState,
  b: ExponentialState,
  maxSize = 160,
): ExponentialState => {
  const common = Math.min(a.scale, b.scale)
  const steps = Math.max(
    extraSteps(at(a.positive, a.scale - common), at(b.positive, b.scale - common), maxSize),
    extraSteps(at(a.negative, a.scale - common), at(b.negative, b.scale - common), maxSize),
  )
  const scale = common - steps
  const merged = (x: ExponentialBuckets, y: ExponentialBuckets): ExponentialBuckets =>
    sum(at(x, a.scale - scale), at(y, b.scale - scale))
  return {
    count: a.count + b.count,
    ...(a.sum !== undefined && b.sum !== undefined && { sum: a.sum + b.sum }),
    ...both('min', a, b, Math.min),
    ...both('max', a, b, Math.max),
    scale,
    zeroCount: a.zeroCount + b.zeroCount,
    zeroThreshold: Math.max(a.zeroThreshold, b.zeroThreshold),
    positive: merged(a.positive, b.positive),
    negative: merged(a.negative, b.negative),
  }
}

const both = <K extends 'min' | 'max'>(
  key: K,
  a: ExponentialState,
  b: ExponentialState,
  choose: (x: number, y: number) => number,
): { [key in K]?: number } => {
  const x = a.count ? a[key] : b[key]
  const y = b.count ? b[key] : a[key]
  return (x === undefined || y === undefined ? {} : { [key]: choose(x, y) }) as {
    [key in K]?: number
  }
}

const at = ({ offset, counts }: ExponentialBuckets, steps: number): GrowingBuckets => {
  const copy = { offset, counts: counts.slice() }
  shrink(copy, steps)
  return copy
}

const extraSteps = (a: GrowingBuckets, b: GrowingBuckets, maxSize: number): number => {
  const ranges = [a, b].filter(({ counts }) => counts.length > 0)
  if (ranges.length === 0) {
    return 0
  }
  return stepsToFit(
    Math.min(...ranges.map(({ offset }) => offset)),
    Math.max(...ranges.map(({ offset, counts }) => offset + counts.length - 1)),
    maxSize,
  )
}

const sum = (into: GrowingBuckets, from: GrowingBuckets): GrowingBuckets => {
  from.counts.forEach((count, i) => {
    if (count) {
      addToBucket(into, from.offset + i, count)
    }
  })
  return into
}
