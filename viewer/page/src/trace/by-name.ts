import type { TraceSpan } from '../api-types.ts'

/** All spans of one name in one service. */
export interface NameFigures {
  service: string
  name: string
  count: number
  errors: number
  totalMs: number
  /** Not spent in children. */
  selfMs: number
  /** Of the time that all spans spent in themselves. */
  share: number
  slowest: TraceSpan
}

/** A column that the table can be sorted by. */
export type NameColumn = 'name' | 'count' | 'errors' | 'totalMs' | 'meanMs' | 'selfMs' | 'share'

/** Adds up spans by service and name. */
export function byName(spans: readonly TraceSpan[]): NameFigures[] {
  const found = new Map<string, NameFigures>()
  let allMs = 0
  for (const span of spans) {
    const { service, name } = span
    const key = `${service}\0${name}`
    const figures = found.get(key) ?? {
      service,
      name,
      count: 0,
      errors: 0,
      totalMs: 0,
      selfMs: 0,
      share: 0,
      slowest: span,
    }
    figures.count++
    if (span.status === 'error') figures.errors++
    figures.totalMs += span.durationMs
    figures.selfMs += span.selfMs
    if (span.durationMs > figures.slowest.durationMs) figures.slowest = span
    allMs += span.selfMs
    found.set(key, figures)
  }
  for (const figures of found.values()) figures.share = allMs > 0 ? figures.selfMs / allMs : 0
  return [...found.values()]
}

/** Sorts in place, the largest first unless it is names or `ascending`. */
export function sortNames(
  figures: NameFigures[],
  column: NameColumn,
  ascending: boolean,
): NameFigures[] {
  const value = (each: NameFigures): number =>
    column === 'name' ? 0 : column === 'meanMs' ? each.totalMs / each.count : each[column]
  const compared = (a: NameFigures, b: NameFigures): number =>
    value(a) - value(b) || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0)
  return figures.sort((a, b) => (ascending ? compared(a, b) : compared(b, a)))
}
