import {
  addCells,
  type Cells,
  cellsOf,
  commonScale,
  difference,
  quantileOf,
  sortedCells,
} from './histogram.ts'
import { type Increment, increments, type LoadedSeries } from './metric-points.ts'
import type { MetricItem } from './metrics.ts'

/** Distribution of a histogram over time. */
export interface HistogramView {
  /** Bounds of the rows; null for an open end. */
  rows: { from: number | null; to: number | null }[]
  columns: {
    timeMs: number
    /** One for each row. */
    counts: number[]
    count: number
    p50: number | null
    p90: number | null
    p95: number | null
    p99: number | null
  }[]
  /** Of the whole time. */
  count: number
  sum: number
  p50: number | null
  p90: number | null
  p95: number | null
  p99: number | null
}

/** Draws the distribution of all series together. */
export function histogramView(
  series: readonly LoadedSeries[],
  { temporality }: MetricItem,
  timesMs: readonly number[],
  stepMs: number,
  fromMs: number,
): HistogramView {
  const all = series.flatMap((each) => increments(each, temporality ?? 'cumulative', fromMs))
  const scale = commonScale(all.flatMap(({ now, before }) => (before ? [now, before] : [now])))
  const total: Cells = new Map()
  const columns = timesMs.map((): Cells => new Map())
  let sum = 0
  for (const increment of all) {
    const cells = cellsIn(increment, scale)
    addCells(total, cells)
    sum += Number(increment.now.sum ?? 0) - Number(increment.before?.sum ?? 0)
    const slot = Math.ceil((increment.timeMs - (timesMs[0] ?? 0)) / stepMs) - 1
    const column = columns[Math.max(0, slot)]
    if (column) addCells(column, cells)
  }
  const rows = sortedCells(total)
  return {
    rows: rows.map(({ from, to }) => ({ from: finite(from), to: finite(to) })),
    columns: columns.map((cells, i) => ({
      timeMs: timesMs[i] as number,
      counts: rows.map(({ from, to }) => cells.get(`${from} ${to}`)?.count ?? 0),
      ...figures(cells),
    })),
    sum,
    ...figures(total),
  }
}

function cellsIn({ now, before }: Increment, scale: number): Cells {
  const cells = cellsOf(now, scale)
  if (!before) return cells
  // Buckets that shrank although the count did not: other bounds, so no telling what is new.
  return difference(cells, cellsOf(before, scale)) ?? new Map()
}

function figures(cells: Cells): Omit<HistogramView, 'rows' | 'columns' | 'sum'> {
  return {
    count: [...cells.values()].reduce((count, cell) => count + cell.count, 0),
    p50: quantileOf(cells, 0.5),
    p90: quantileOf(cells, 0.9),
    p95: quantileOf(cells, 0.95),
    p99: quantileOf(cells, 0.99),
  }
}

const finite = (bound: number): number | null => (Number.isFinite(bound) ? bound : null)
