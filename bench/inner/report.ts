import { halfOf, type Spread, spreadOf } from '../difference.ts'
import type { Difference } from './differences.ts'

/** One line of the table. */
export interface InnerRow {
  id: string
  title: string
  /** Of workerd's CPU, for one thing of its kind. */
  microseconds: Spread
  aimMicroseconds?: number
}

/** CPU microseconds round by round, of both sides of a difference. */
export interface Costs {
  readonly difference: Difference
  readonly of: readonly number[]
  readonly over: readonly number[]
}

export const innerRowsOf = (all: readonly Costs[]): InnerRow[] => {
  const spreads = new Map(
    all.map(({ difference: { id, each }, of, over }) => [
      id,
      spreadOf(
        of.map((cost) => cost / each),
        over.map((cost) => cost / each),
      ),
    ]),
  )
  return all.map(({ difference: { id, title, aim } }) => {
    const aimMicroseconds =
      typeof aim === 'object' ? aim.times * (spreads.get(aim.id)?.median ?? Number.NaN) : aim
    return {
      id,
      title,
      microseconds: spreads.get(id) as Spread,
      ...(aimMicroseconds !== undefined && { aimMicroseconds }),
    }
  })
}

const HEAD = ['', 'median', 'p10', 'middle half', 'aim']

/** Title and figures of a row. */
export const innerCellsOf = ({ title, microseconds, aimMicroseconds }: InnerRow): string[] => [
  title,
  microseconds.median.toFixed(1),
  microseconds.p10.toFixed(1),
  halfOf(microseconds, 1),
  aimMicroseconds?.toFixed(0) ?? '',
]

/** The rows as text, a line each under one of headings. */
export const innerTableOf = (rows: readonly InnerRow[]): string =>
  [HEAD, ...rows.map(innerCellsOf)]
    .map(
      ([title = '', ...cells]) =>
        title.padEnd(42) + cells.map((cell) => cell.padStart(16)).join(''),
    )
    .join('\n')
