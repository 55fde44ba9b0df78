import type { MetricData } from '../../metrics/data.ts'

/** Characters of a push: what fits in one row of the aggregator's journal. RPC carries 32 MiB. */
export const MAX_PUSH_LENGTH = 400_000

/** Characters as JSON; what has no form there is none, and is refused later. */
export const lengthOf = (value: unknown): number => {
  try {
    return JSON.stringify(value).length
  } catch {
    return 0
  }
}

/** A part of a collection, and how many characters it has. */
export interface Lot {
  readonly metrics: MetricData[]
  length: number
}

/** Splits metrics into lots of which each fits in one push. A point that is too long by itself is a lot of its own. */
export const splitBySize = (metrics: readonly MetricData[]): Lot[] => {
  const lots: Lot[] = []
  for (const metric of metrics) {
    const head = lengthOf({ ...metric, points: [] })
    let points: object[] | undefined
    for (const point of metric.points) {
      const length = lengthOf(point)
      let lot = lots.at(-1)
      if (!lot || lot.length + length + head > MAX_PUSH_LENGTH) {
        lot = { metrics: [], length: 0 }
        lots.push(lot)
        points = undefined
      }
      if (!points) {
        points = []
        lot.metrics.push({ ...metric, points } as MetricData)
        lot.length += head
      }
      points.push(point)
      lot.length += length + 1
    }
  }
  return lots
}
