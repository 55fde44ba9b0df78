import type { Aggregation } from './aggregation.ts'
import { SumSeries, sum } from './sum.ts'

class LastValueSeries extends SumSeries {
  override update(value: number): number {
    this.value = value
    return 0
  }
}

/** Keeps the last measurement. The default of gauges. */
export const lastValue = (): Aggregation => ({
  ...sum(),
  fields: { type: 'gauge' },
  series: () => new LastValueSeries(),
})
