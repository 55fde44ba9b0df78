import { type Aggregation, Series } from './aggregation.ts'
import { FixedSizeReservoir } from './exemplars.ts'
import { finite } from './finite.ts'

/** A series of one number. */
export class SumSeries extends Series {
  value = 0

  update(value: number): number {
    this.value += value
    return 0
  }

  take(reset: boolean): { value: number } {
    const { value } = this
    if (reset) {
      this.value = 0
    }
    return { value: finite(value) }
  }
}

/** Adds measurements up. The default of counters and up-down counters. */
export const sum = (): Aggregation => ({
  fields: { type: 'sum' },
  series: () => new SumSeries(),
  reservoir: () => new FixedSizeReservoir(1),
})
