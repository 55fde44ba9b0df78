import type { Figures } from './measure.ts'

/** One line of the table. Microseconds are of workerd's CPU, for one request. */
export interface Row {
  title: string
  id: string
  cpuMicroseconds: number
  /** Median of the differences to the bare app in the same round. */
  addedMicroseconds: number
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
  const added = ({ costs }: Figures): number =>
    median(costs.map((cost, round) => cost - (bareCosts[round] ?? Number.NaN)))
  const floor = all.find(({ variant }) => variant.id === 'floor')
  const floorAdded = floor ? added(floor) : Number.NaN
  return all.map((figures) => {
    const { variant, requests, latenciesMs } = figures
    const addedMicroseconds = added(figures)
    return {
      title: variant.title,
      id: variant.id,
      cpuMicroseconds: median(figures.costs),
      addedMicroseconds,
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

export const median = (values: readonly number[]): number =>
  quantile(
    [...values].sort((a, b) => a - b),
    0.5,
  )

export const quantile = (ascending: ArrayLike<number>, q: number): number =>
  ascending[Math.min(ascending.length - 1, Math.floor(ascending.length * q))] ?? Number.NaN

const COLUMNS: readonly (readonly [string, (row: Row) => string])[] = [
  ['CPU µs', (row) => row.cpuMicroseconds.toFixed(0)],
  ['added µs', (row) => row.addedMicroseconds.toFixed(0)],
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
