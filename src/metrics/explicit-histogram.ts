import type { Aggregation } from './aggregation.ts'
import { areBoundaries, bucketHistogram } from './histogram.ts'

export interface HistogramOptions {
  /** Upper bounds of the buckets, inclusive, ascending. Default 0 to 10000, meant for milliseconds. */
  boundaries?: readonly number[]
  /** Whether to keep the smallest and largest measurement. Default true. */
  recordMinMax?: boolean
}

/**
 * Counts measurements per bucket, whatever boundaries an instrument advises. For views.
 *
 * @throws when `boundaries` are not finite and ascending.
 */
export const explicitHistogram = ({
  boundaries,
  recordMinMax,
}: HistogramOptions = {}): Aggregation => {
  if (boundaries && !areBoundaries(boundaries)) {
    throw new TypeError(
      `Cannot create a histogram: \`boundaries\` must be finite ascending numbers, received ${JSON.stringify(boundaries)}`,
    )
  }
  return bucketHistogram(boundaries?.slice(), recordMinMax)
}
