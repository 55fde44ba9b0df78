import { type Aggregation, Series } from './aggregation.ts'
import { BucketReservoir } from './exemplars.ts'
import { finite } from './finite.ts'

/** Metrics SDK specification, "Explicit Bucket Histogram Aggregation". */
const DEFAULT_BOUNDARIES = [0, 5, 10, 25, 50, 75, 100, 250, 500, 750, 1000, 2500, 5000, 7500, 10000]

/** Whether these are finite numbers in ascending order. */
export const areBoundaries = (boundaries: readonly number[]): boolean =>
  Array.isArray(boundaries) &&
  boundaries.every((bound, i) => Number.isFinite(bound) && !(i && bound <= boundaries[i - 1]))

/** Counts measurements per bucket: explicit buckets whose boundaries have been checked. */
export const bucketHistogram = (
  bounds: readonly number[] = DEFAULT_BOUNDARIES,
  minMax = true,
): Aggregation => ({
  fields: { type: 'histogram', bounds },
  series: (signed) => new HistogramSeries(bounds, signed, minMax),
  reservoir: () => new BucketReservoir(),
})

/** A series that keeps the total and the extremes of its measurements. */
export abstract class SpreadSeries extends Series {
  readonly #signed: boolean
  readonly #minMax: boolean
  #sum = 0
  #min: number = Infinity
  #max: number = -this.#min

  constructor(signed: boolean, minMax: boolean) {
    super()
    this.#signed = signed
    this.#minMax = minMax
  }

  update(value: number): number {
    this.#sum += value
    if (value < this.#min) {
      this.#min = value
    }
    if (value > this.#max) {
      this.#max = value
    }
    return 0
  }

  take(reset: boolean): object {
    const spread = {
      ...(!this.#signed && { sum: finite(this.#sum) }),
      ...(this.#minMax && { min: this.#min, max: this.#max }),
    }
    if (reset) {
      this.#sum = 0
      this.#min = Infinity
      this.#max = -this.#min
    }
    return spread
  }
}

/** How many measurements there are in these buckets. */
export const total = (counts: readonly number[]): number =>
  counts.reduce((all, count) => all + count, 0)

class HistogramSeries extends SpreadSeries {
  readonly #bounds: readonly number[]
  #counts: number[]

  constructor(bounds: readonly number[], signed: boolean, minMax: boolean) {
    super(signed, minMax)
    this.#bounds = bounds
    this.#counts = new Array(bounds.length + 1).fill(0)
  }

  override update(value: number): number {
    super.update(value)
    const bounds = this.#bounds
    let low = 0
    let high = bounds.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((bounds[middle] as number) < value) {
        low = middle + 1
      } else {
        high = middle
      }
    }
    ;(this.#counts[low] as number)++
    return low
  }

  override take(reset: boolean): object {
    const bucketCounts = this.#counts.slice()
    if (reset) {
      this.#counts.fill(0)
    }
    return { count: total(bucketCounts), ...super.take(reset), bucketCounts }
  }
}
