import type { HistogramView } from '../api-types.ts'

type Row = HistogramView['rows'][number]

/** The rows between the first and the last that hold anything. */
export interface ShownRows {
  first: number
  rows: readonly Row[]
}

export function shownRows({ rows, columns }: HistogramView): ShownRows {
  const isUsed = (at: number): boolean => columns.some(({ counts }) => (counts[at] ?? 0) > 0)
  const first = rows.findIndex((_, at) => isUsed(at))
  if (first < 0) return { first: 0, rows }
  const last = rows.findLastIndex((_, at) => isUsed(at))
  return { first, rows: rows.slice(first, last + 1) }
}

/** Where a value lies, from 0 at the bottom to 1 at the top. */
export function placeIn({ rows }: ShownRows, value: number): number {
  const at = rows.findIndex(({ to }) => to === null || value <= to)
  const row = rows[at]
  if (!row) return 1
  const { from, to } = row
  const within =
    from === null || to === null || to === from
      ? 0.5
      : Math.min(1, Math.max(0, (value - from) / (to - from)))
  return (at + within) / rows.length
}

export function rowName({ from, to }: Row, format: (value: number | null) => string): string {
  if (from === null) return `up to ${format(to)}`
  if (to === null) return `over ${format(from)}`
  return `${format(from)} to ${format(to)}`
}
