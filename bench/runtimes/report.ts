import type { Spread } from '../difference.ts'

/** What a variant costs on one runtime. Microseconds are of its process's CPU, for one request. */
export interface RuntimeRow {
  id: string
  title: string
  cpuMicroseconds: number
  /** Over the bare app. */
  added: Spread
  residentMegabytes: number
  spans: number
  posts: number
}

const COLUMNS: readonly (readonly [string, (row: RuntimeRow) => string])[] = [
  ['CPU', (row) => row.cpuMicroseconds.toFixed(1)],
  ['added', (row) => row.added.median.toFixed(1)],
  ['p10', (row) => row.added.p10.toFixed(1)],
  ['RSS MB', (row) => row.residentMegabytes.toFixed(0)],
  ['spans/req', (row) => row.spans.toFixed(3)],
  ['posts/req', (row) => row.posts.toFixed(4)],
]

/** The rows as text, a line each under one of headings. */
export const runtimeTableOf = (rows: readonly RuntimeRow[]): string =>
  [
    ['', ...COLUMNS.map(([name]) => name)],
    ...rows.map((row) => [row.title, ...COLUMNS.map(([, format]) => format(row))]),
  ]
    .map(
      ([title = '', ...cells]) =>
        title.padEnd(40) + cells.map((cell) => cell.padStart(10)).join(''),
    )
    .join('\n')
