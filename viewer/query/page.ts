/** A page of a list, newest first. */
export interface Page<T> {
  items: T[]
  /** For the next page; null after the last. */
  nextCursor: string | null
  /** The search stopped for its time before the page was full: the next page goes on. */
  incomplete: boolean
}

/** Index entries that one request looks at, so that none takes long. */
export const MAX_SCANNED = 60_000

/** Records that one request reads in whole to see whether a query is true of them. */
export const MAX_LOOKED_AT = 10_000

/** The number in a cursor, or a number beyond all. */
export function cursorId(cursor: string | undefined): number {
  const id = Number(cursor)
  return cursor && Number.isSafeInteger(id) && id >= 0 ? id : Number.MAX_SAFE_INTEGER
}
