import type { Aggregation } from './aggregation.ts'
import { FixedSizeReservoir } from './exemplars.ts'
import {
  addToBucket,
  bucketIndex,
  type GrowingBuckets,
  shrink,
  stepsToFit,
} from './exponential-buckets.ts'
import { SpreadSeries, total } from './histogram.ts'

export interface ExponentialHistogramOptions {
  /** Most buckets in each of the positive and the negative range, from 2. Default 160. */
  maxSize?: number
  /** Resolution to start with, from -10 to 20. Each step doubles the buckets per power of two. Default 20. */
  maxScale?: number
  /** Whether to keep the smallest and largest measurement. Default true. */
  recordMinMax?: boolean
}

/**
 * Counts measurements in buckets whose widths grow with the value and that adapt to the data.
 * Metrics SDK specification, "Base2 Exponential Bucket Histogram Aggregation".
 *
 * @throws when `maxSize` or `maxScale` is out of range.
 */
export const exponentialHistogram = ({
  maxSize = 160,
  maxScale = 20,
  recordMinMax = true,
}: ExponentialHistogramOptions = {}): Aggregation => {
  check('maxSize', maxSize, 2, 10_000)
  check('maxScale', maxScale, -10, 20)
  return {
    fields: { type: 'exponentialHistogram' },
    series: (signed) => new ExponentialSeries(maxSize, maxScale, signed, recordMinMax),
    reservoir: () => new FixedSizeReservoir(Math.min(20, maxSize)),
  }
}

const check = (option: string, value: number, from: number, to: number): void => {
  if (!Number.isInteger(value) || value < from || value > to) {
    throw new RangeError(
      `Cannot create an exponential histogram: \`${option}\` must be a whole number from ${from} to ${to}, received ${value}`,
    )
  }
}

class ExponentialSeries extends SpreadSeries {
  readonly #maxSize: number
  readonly #maxScale: number
  #scale: number
  #zeroCount = 0
  #positive = noBuckets()
  #negative = noBuckets()

  constructor(maxSize: number, maxScale: number, signed: boolean, minMax: boolean) {
    super(signed, minMax)
    this.#maxSize = maxSize
    this.#maxScale = maxScale
    this.#scale = maxScale
  }

  override update(value: number): number {
    super.update(value)
    if (value === 0) {
      this.#zeroCount++
      return 0
    }
    const buckets = value > 0 ? this.#positive : this.#negative
    let index = bucketIndex(Math.abs(value), this.#scale)
    const { offset, counts } = buckets
    if (counts.length > 0) {
      const steps = stepsToFit(
        Math.min(index, offset),
        Math.max(index, offset + counts.length - 1),
        this.#maxSize,
      )
      if (steps > 0) {
        this.#scale -= steps
        index >>= steps
        shrink(this.#positive, steps)
        shrink(this.#negative, steps)
      }
    }
    addToBucket(buckets, index, 1)
    return 0
  }

  override take(reset: boolean): object {
    const point = {
      count: this.#zeroCount + total(this.#positive.counts) + total(this.#negative.counts),
      ...super.take(reset),
      scale: this.#scale,
      zeroCount: this.#zeroCount,
      zeroThreshold: 0,
      positive: reset ? this.#positive : copy(this.#positive),
      negative: reset ? this.#negative : copy(this.#negative),
    }
    if (reset) {
      this.#scale = this.#maxScale
      this.#zeroCount = 0
      this.#positive = noBuckets()
      this.#negative = noBuckets()
    }
    return point
  }
}

const noBuckets = (): GrowingBuckets => ({ offset: 0, counts: [] })

const copy = ({ offset, counts }: GrowingBuckets): GrowingBuckets => ({
  offset,
  counts: counts.slice(),
})
