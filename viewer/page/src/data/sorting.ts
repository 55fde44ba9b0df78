import { setQuery } from './place.ts'

/** What a row is ordered by in a column; null comes last in either direction. */
export type SortValue = string | number | null

/** By which column a table is ordered, and how to order it by another. */
export interface Sorting {
  /** Undefined for the order that the rows came in. */
  column: string | undefined
  isDescending: boolean
  /** Whether a column can be chosen. */
  has: (column: string) => boolean
  choose: (column: string) => void
}

/**
 * Orders rows by the column that the address names: `order-routes=-Requests`, with a minus for the
 * largest first. Numbers begin with the largest, names with the first; a third choice takes it back.
 */
export function sorted<T>(
  query: URLSearchParams,
  name: string,
  rows: readonly T[],
  values: Record<string, (row: T) => SortValue>,
): { rows: readonly T[]; sorting: Sorting } {
  const parameter = `order-${name}`
  const said = query.get(parameter) ?? ''
  const isDescending = said.startsWith('-')
  const wanted = isDescending ? said.slice(1) : said
  const column = Object.hasOwn(values, wanted) ? wanted : undefined
  const read = column === undefined ? undefined : values[column]
  const sorting: Sorting = {
    column,
    isDescending,
    has: (each) => Object.hasOwn(values, each),
    choose: (each) => {
      const isText = typeof values[each]?.(rows[0] as T) === 'string'
      const first = isText ? each : `-${each}`
      const second = isText ? `-${each}` : each
      const next = said === first ? second : said === second ? undefined : first
      setQuery({ [parameter]: next }, 'replace')
    },
  }
  if (!read) return { rows, sorting }
  const sign = isDescending ? -1 : 1
  const byValue = (a: T, b: T): number => {
    const [x, y] = [read(a), read(b)]
    if (x === null || y === null) return Number(x === null) - Number(y === null)
    return sign * (x < y ? -1 : x > y ? 1 : 0)
  }
  return { rows: [...rows].sort(byValue), sorting }
}
