import { addTo, type Used } from './resources.ts'

/** What `ctx.storage.sql.exec` returns: how many rows it read grows while they are read. */
interface Cursor {
  readonly rowsRead: number
  readonly rowsWritten: number
}

/** Cursors of one event that are looked at again: an older one is taken to have been read. */
const MAX_CURSORS = 100

export const isCursor = (value: unknown): value is Cursor =>
  typeof (value as Cursor | null)?.rowsRead === 'number'

/** The cursors of one event, and what was counted of each so far. */
export class Cursors {
  readonly #open: { cursor: Cursor; read: number; written: number; used: Used }[] = []

  /** @param used Of its statement. */
  add(cursor: Cursor, used: Used): void {
    this.#open.push({ cursor, read: 0, written: 0, used })
  }

  /** What came since this was asked last. Those that are over the limit are let go. */
  take(): Used {
    const total: Used = {}
    for (const each of this.#open) {
      const { rowsRead, rowsWritten } = each.cursor
      const more: Used = {
        durableObjectRowsRead: rowsRead - each.read,
        durableObjectRowsWritten: rowsWritten - each.written,
      }
      addTo(total, more)
      addTo(each.used, more)
      each.read = rowsRead
      each.written = rowsWritten
    }
    if (this.#open.length > MAX_CURSORS) {
      this.#open.splice(0, this.#open.length - MAX_CURSORS)
    }
    return total
  }
}
