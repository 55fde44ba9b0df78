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
  const perOctave = scale > 0 ? 2 ** scale : 1
  const exponent = Math.floor(Math.log2(value))
  // Between 1 and 2, where the logarithm has no digits to lose to the exponent. Below 1 where the
  // exponent of a number just below a power of two was rounded up: that power ends its bucket.
  const fraction = value / 2 ** exponent
  const index = exponent * perOctave + Math.max(Math.ceil(Math.log2(fraction) * perOctave), 0) - 1
  return scale < 0 ? index >> -scale : index
}

/** By how many steps the scale must shrink for the indexes from `low` to `high` to fit `maxSize` buckets. */
export const stepsToFit = (low: number, high: number, maxSize: number): number => {
  let steps = 0
  while ((high >> steps) - (low >> steps) >= maxSize) steps++
  return steps
}

/** Halves the resolution `steps` times. */
export const shrink = (buckets: GrowingBuckets, steps: number): void => {
  if (steps === 0) return
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
  if (counts.length === 0) buckets.offset = index
  const missing = buckets.offset - index
  if (missing > 0) {
    counts.unshift(...new Array<number>(missing).fill(0))
    buckets.offset = index
  }
  const at = index - buckets.offset
  while (counts.length <= at) counts.push(0)
  ;(counts[at] as number) += count
}
