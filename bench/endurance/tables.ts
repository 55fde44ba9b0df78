import { halfOf } from '../difference.ts'
import type { InnerRow } from '../inner/report.ts'
import { resultsOf, table } from '../published.ts'
import { deadCollectorCellsOf, type LatencyRow } from './latency.ts'
import { type EnduranceRow, enduranceCellsOf } from './report.ts'

const tableOf = ([head = [], ...rows]: readonly string[][]): string => table(head, rows)

interface Endurance {
  date: string
  requests: number
  spans: number
  posts: number
  rows: EnduranceRow[]
}

/** What so many requests to one isolate do to its memory and cost. */
export const enduranceTable = (): string => {
  const { date, requests, spans, posts, rows } = resultsOf<Endurance>('endurance')
  const count = (value: number): string => value.toLocaleString('en')
  return `${date}; ${count(requests)} requests to each, ${count(spans)} spans received in ${count(posts)} posts.\n\n${tableOf(enduranceCellsOf(rows, requests))}`
}

interface DeadCollector {
  date: string
  rounds: number
  turnSeconds: number
  rate: number
  rows: LatencyRow[]
}

/** How late an app answers whose collector is dead. */
export const deadCollectorTable = (): string => {
  const { date, rounds, turnSeconds, rate, rows } = resultsOf<DeadCollector>('dead-collector')
  const minutes = Math.round((rounds * turnSeconds * rows.length) / 60)
  return `${date}; ${minutes} minutes at ${rate} requests a second, ${rounds} turns of ${turnSeconds} seconds for each.\n\n${tableOf(deadCollectorCellsOf(rows))}`
}

const countOf = ({ id }: InnerRow): number => Number(id.split('-')[1])

/** What a child span costs in a request that has few or many. */
export const childSpansTable = (): string => {
  const { date, rounds, rows } = resultsOf<{ date: string; rounds: number; rows: InnerRow[] }>(
    'child-spans',
  )
  return `${date}, ${rounds} rounds.\n\n${table(
    ['', 'each, µs', 'p10, µs', 'half of the rounds, µs'],
    rows
      .filter(({ id }) => id.startsWith('children-'))
      .sort((a, b) => countOf(a) - countOf(b))
      .map(({ title, microseconds }) => [
        title,
        microseconds.median.toFixed(1),
        microseconds.p10.toFixed(1),
        halfOf(microseconds, 1),
      ]),
  )}`
}
