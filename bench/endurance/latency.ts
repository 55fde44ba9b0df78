import { ascending, halfOf, median, quantile, type Spread, spreadOf } from '../difference.ts'

/** Milliseconds to the end of each answer of one app, turn by turn. */
export interface Latencies {
  id: string
  title: string
  rounds: readonly (readonly number[])[]
  residentMegabytes: number
}

/** How late one app answered. */
export interface LatencyRow {
  id: string
  title: string
  /** Milliseconds: medians of the turns, so that what stops the machine in one of them decides nothing. */
  p50: number
  p99: number
  p999: number
  /** Milliseconds by which its 99th percentile is over the first app's in the same round. */
  overFirst: Spread
  residentMegabytes: number
}

export const p99Of = (values: readonly number[]): number => quantile(ascending(values), 0.99)

export const latencyRowsOf = (all: readonly Latencies[]): LatencyRow[] => {
  const of = ({ rounds }: Latencies, q: number): number[] =>
    rounds.map((round) => quantile(ascending(round), q))
  const [first] = all
  return all.map((one) => ({
    id: one.id,
    title: one.title,
    p50: median(of(one, 0.5)),
    p99: median(of(one, 0.99)),
    p999: median(of(one, 0.999)),
    overFirst: spreadOf(of(one, 0.99), first ? of(first, 0.99) : []),
    residentMegabytes: one.residentMegabytes,
  }))
}

const HEAD = ['', 'p50', 'p99', 'p99.9', 'p99 over bare', 'p10', 'half of the rounds', 'memory, MB']

/** Headings, and a line for each app. */
export const deadCollectorCellsOf = (rows: readonly LatencyRow[]): string[][] => [
  HEAD,
  ...rows.map(({ title, p50, p99, p999, overFirst, residentMegabytes }) => [
    title,
    ...[p50, p99, p999, overFirst.median, overFirst.p10].map((ms) => ms.toFixed(2)),
    halfOf(overFirst, 2),
    residentMegabytes.toFixed(0),
  ]),
]

/** The same as text, a line each. */
export const deadCollectorTableOf = (rows: readonly LatencyRow[]): string =>
  deadCollectorCellsOf(rows)
    .map(
      ([title = '', ...cells]) =>
        title.padEnd(36) + cells.map((cell) => cell.padStart(20)).join(''),
    )
    .join('\n')
