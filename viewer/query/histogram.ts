import type { Count, PointDetail } from '../otlp/model.ts'

/** A stretch of values and how many there were. Bounds are ±Infinity at the ends. */
export interface Cell {
  from: number
  to: number
  count: number
}

/** Cells by their bounds. */
export type Cells = Map<string, Cell>

/** Cells of both signs that a picture can show. */
const MAX_CELLS = 64

/**
 * The counts of a histogram point, explicit or exponential. An exponential one is brought to a
 * smaller `scale` if need be: neighbours are added up, which loses nothing but resolution.
 */
export function cellsOf(point: PointDetail, scale: number = Number.POSITIVE_INFINITY): Cells {
  const cells: Cells = new Map()
  for (const [i, count] of (point.counts ?? []).entries()) {
    const from = point.bounds?.[i - 1] ?? Number.NEGATIVE_INFINITY
    add(cells, from, point.bounds?.[i] ?? Number.POSITIVE_INFINITY, count)
  }
  if (point.scale === undefined) return cells
  const shift = Math.max(0, point.scale - scale)
  const growth = 2 ** -(point.scale - shift)
  const bound = (i: number): number => 2 ** (i * growth)
  for (const [sign, buckets] of [
    [1, point.positive],
    [-1, point.negative],
  ] as const) {
    for (const [i, count] of (buckets?.counts ?? []).entries()) {
      const index = Math.floor(((buckets?.offset ?? 0) + i) / 2 ** shift)
      const [low, high] = [bound(index), bound(index + 1)]
      if (sign > 0) add(cells, low, high, count)
      else add(cells, -high, -low, count)
    }
  }
  const zero = point.zeroThreshold || 0
  add(cells, -zero, zero, point.zeroCount ?? 0)
  return cells
}

/** The largest scale in which these points, drawn together, have few enough cells. */
export function commonScale(points: readonly PointDetail[]): number {
  let scale = Number.POSITIVE_INFINITY
  for (const point of points) scale = Math.min(scale, point.scale ?? scale)
  if (!Number.isFinite(scale)) return scale
  let least = Number.POSITIVE_INFINITY
  let most = Number.NEGATIVE_INFINITY
  for (const point of points) {
    for (const buckets of [point.positive, point.negative]) {
      if (!buckets?.counts.length) continue
      const unit = 2 ** ((point.scale ?? 0) - scale)
      least = Math.min(least, buckets.offset / unit)
      most = Math.max(most, (buckets.offset + buckets.counts.length) / unit)
    }
  }
  while (most - least > MAX_CELLS) {
    scale--
    least /= 2
    most /= 2
  }
  return scale
}

/** What came since an earlier point; undefined when there is less than before: a reset. */
export function difference(now: Cells, before: Cells): Cells | undefined {
  const cells: Cells = new Map()
  for (const [key, { from, to, count }] of now) {
    const more = count - (before.get(key)?.count ?? 0)
    if (more < 0) return undefined
    if (more > 0) cells.set(key, { from, to, count: more })
  }
  for (const [key, { count }] of before) if (count > 0 && !now.has(key)) return undefined
  return cells
}

/** Adds one to the other. */
export function addCells(target: Cells, cells: Cells): void {
  for (const { from, to, count } of cells.values()) add(target, from, to, count)
}

/** Cells by their values. */
export function sortedCells(cells: Cells): Cell[] {
  return [...cells.values()].sort((a, b) => a.to - b.to || a.from - b.from)
}

/** A quantile (0 to 1), interpolated within its cell; null without values. */
export function quantileOf(cells: Cells, quantile: number): number | null {
  const sorted = sortedCells(cells)
  const total = sorted.reduce((sum, { count }) => sum + count, 0)
  if (total === 0) return null
  const rank = quantile * total
  let below = 0
  for (const { from, to, count } of sorted) {
    if (below + count >= rank && count > 0) {
      // An open end has no middle. Histograms of durations and sizes begin at 0.
      if (to === Number.POSITIVE_INFINITY) return Number.isFinite(from) ? from : null
      const low = Number.isFinite(from) ? from : Math.min(0, to)
      return low + (to - low) * ((rank - below) / count)
    }
    below += count
  }
  return null
}

function add(cells: Cells, from: number, to: number, counted: Count): void {
  const count = Number(counted)
  if (count === 0) return
  const key = `${from} ${to}`
  const cell = cells.get(key)
  if (cell) cell.count += count
  else cells.set(key, { from, to, count })
}
