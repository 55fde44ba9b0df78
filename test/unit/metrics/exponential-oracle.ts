import type { ExponentialHistogramPoint, MetricData } from '../../../src/metrics/data.ts'

/** What `bucketIndex` must return, by trying: the index whose bounds enclose the value. */
export const slowIndex = (value: number, scale: number): number => {
  if (scale < 0) return slowIndex(value, 0) >> -scale
  // Far from subnormal numbers, between which there is no room for bounds.
  if (value < 1e-200) return slowIndex(value * 2 ** 600, scale) - 600 * 2 ** scale
  let low = -1100 * 2 ** scale
  let high = -low
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    if (upperBound(middle, scale) >= value) high = middle
    else low = middle + 1
  }
  return low
}

/** `base ** (index + 1)`, computed so that powers of two are exact. */
export const upperBound = (index: number, scale: number): number => {
  const exponent = (index + 1) / 2 ** scale
  const whole = Math.floor(exponent)
  const fraction = 2 ** (exponent - whole)
  return fraction * 2 ** whole
}

/** All buckets of a point, the zero bucket included, as `[index, count]` without empty ones. */
export const filled = ({ offset, counts }: { offset: number; counts: readonly number[] }) =>
  counts.map((count, i): [number, number] => [offset + i, count]).filter(([, count]) => count > 0)

export const exponentialPoint = (metric: MetricData | undefined): ExponentialHistogramPoint =>
  metric?.points[0] as ExponentialHistogramPoint

/** The finest scale at which these positive values fit, and their buckets at it. */
export const idealBuckets = (
  values: readonly number[],
  maxSize: number,
  maxScale: number,
): { scale: number; buckets: [number, number][] } => {
  for (let scale = maxScale; ; scale--) {
    const counts = new Map<number, number>()
    for (const value of values) {
      const index = slowIndex(value, scale)
      counts.set(index, (counts.get(index) ?? 0) + 1)
    }
    const indexes = [...counts.keys()]
    const fits = Math.max(...indexes) - Math.min(...indexes) < maxSize
    if (values.length === 0 || fits) {
      return { scale, buckets: [...counts].toSorted(([a], [b]) => a - b) }
    }
  }
}
