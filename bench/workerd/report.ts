import { median, quantile, type Spread, spreadOf } from '../difference.ts'
import type { Figures } from './measure.ts'

/** One line of the table. Microseconds are of workerd's CPU, for one request. */
export interface Row {
  title: string
  id: string
  cpuMicroseconds: number
  /** Median of the differences to the bare app in the same round. */
  addedMicroseconds: number
  /** The same, and how the rounds differ. What was measured before it was kept has none. */
  added?: Spread
  percentOfBare: number
  /** Undefined where the floor adds too little to be told from noise. */
  timesFloor?: number | undefined
  posts: number
  bytes: number
  spans: number
  residentMegabytes: number
  p50Ms: number
  p99Ms: number
  errors: number
}

/** Of the bare app's cost. */
const MIN_FLOOR_SHARE = 0.05

export const rowsOf = (all: readonly Figures[]): Row[] => {
  const bareCosts = all.find(({ variant }) => variant.id === 'bare')?.costs ?? []
  const floor = all.find(({ variant }) => variant.id === 'floor')
  const floorAdded = floor ? spreadOf(floor.costs, bareCosts).median : Number.NaN
  return all.map((figures) => {
    const { variant, requests, latenciesMs } = figures
    const added = spreadOf(figures.costs, bareCosts)
    const addedMicroseconds = added.median
    return {
      title: variant.title,
      id: variant.id,
      cpuMicroseconds: median(figures.costs),
      addedMicroseconds,
      added,
      percentOfBare: (100 * addedMicroseconds) / median(bareCosts),
      timesFloor:
        floorAdded >= MIN_FLOOR_SHARE * median(bareCosts)
          ? addedMicroseconds / floorAdded
          : undefined,
      posts: figures.posts / requests,
      bytes: figures.bytes / requests,
      spans: figures.spans / requests,
      residentMegabytes: figures.residentMegabytes,
      p50Ms: quantile(latenciesMs, 0.5),
      p99Ms: quantile(latenciesMs, 0.99),
      errors: figures.errors,
    }
  })
}

const COLUMNS: readonly (readonly [string, (row: Row) => string])[] = [
  ['CPU µs', (row) => row.cpuMicroseconds.toFixed(0)],
  ['added µs', (row) => row.addedMicroseconds.toFixed(0)],
  ['p10 µs', (row) => row.added?.p10.toFixed(0) ?? ''],
  ['% of bare', (row) => row.percentOfBare.toFixed(0)],
  ['× floor', (row) => row.timesFloor?.toFixed(1) ?? ''],
  ['posts/req', (row) => row.posts.toFixed(4)],
  ['bytes/req', (row) => row.bytes.toFixed(0)],
  ['spans/req', (row) => row.spans.toFixed(4)],
  ['RSS MB', (row) => row.residentMegabytes.toFixed(0)],
  ['p50 ms', (row) => row.p50Ms.toFixed(2)],
  ['p99 ms', (row) => row.p99Ms.toFixed(2)],
  ['errors', (row) => String(row.errors)],
]

/** The rows as text, a line each under one of headings. */
export const tableOf = (rows: readonly Row[]): string => {
  const cells = [
    ['', ...COLUMNS.map(([name]) => name)],
    ...rows.map((row) => [row.title, ...COLUMNS.map(([, format]) => format(row))]),
  ]
  return cells
    .map(
      ([title = '', ...rest]) => title.padEnd(34) + rest.map((cell) => cell.padStart(11)).join(''),
    )
    .join('\n')
}
