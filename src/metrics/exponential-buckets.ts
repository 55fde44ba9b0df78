import type { ExponentialBuckets } from './data.ts'

/** Consecutive buckets that can grow at both ends. */
export interface GrowingBuckets extends ExponentialBuckets {
  offset: number
  counts: number[]
}

/**
 * The bucket of a positive number: the index with `base ** index < value <= base ** (index + 1)`,
 * where `base` is `2 ** 2 ** -scale`. Exact at powers of two and for subnormal numbers.
 * Metrics data model, "ExponentialHistogram".
 */
export const bucketIndex = (value: number, scale: number): number => {
  const exponent = Math.log2(value)
  const index = Math.ceil(exponent * (1 << Math.max(scale, 0))) - 1
  // Next to a power of two, the logarithm is rounded to that of the power, whose bucket ends with it.
  const above = Number.isInteger(exponent) && value > 2 ** exponent ? 1 : 0
  return (index + above) >> Math.max(-scale, 0)
}

/** By how many steps the scale must shrink for the indexes from `low` to `high` to fit `maxSize` buckets. */
export const stepsToFit = (low: number, high: number, maxSize: number): number => {
  let steps = 0
  while ((high >> steps) - (low >> steps) >= maxSize) {
    steps++
  }
  return steps
}

/** Halves the resolution `steps` times. */
export const shrink = (buckets: GrowingBuckets, steps: number): void => {
  if (steps === 0) {
    return
  }
  const { offset, counts } = buckets
  const first = offset >> steps
  const merged: number[] = []
  counts.forEach((count, i) => {
    const index = ((offset + i) >> steps) - first
    merged[index] = (merged[index] ?? 0) + count
  })
  buckets.offset = first
  buckets.counts = merged
}

/** Adds to one bucket, making room for it where there is none. */
export const addToBucket = (buckets: GrowingBuckets, index: number, count: number): void => {
  const { counts } = buckets
  if (counts.length === 0) {
    buckets.offset = index
  }
  const missing = buckets.offset - index
  if (missing > 0) {
    counts.unshift(...new Array<number>(missing).fill(0))
    buckets.offset = index
  }
  const at = index - buckets.offset
  while (counts.length <= at) {
    counts.push(0)
  }
  ;(counts[at] as number) += count
}
