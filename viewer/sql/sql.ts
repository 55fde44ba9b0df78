/** What a column holds. Blobs are not used. */
export type SqlValue = string | number | null

/** A row by column names. */
export type Row = Record<string, SqlValue>

/**
 * The little of SQLite that the store needs. Two implementations have it: `node:sqlite`, and the
 * storage of a Durable Object. Integers stay below 2^53, because neither hands out more.
 */
export interface Sql {
  /** Runs one statement and returns all of its rows. */
  all(query: string, ...values: SqlValue[]): Row[]
  /** Runs the callback in a transaction, which a throw rolls back. Not to be nested. */
  transaction<T>(callback: () => T): T
  /** Bytes in use: of the file, without the pages that are free. */
  size(): number
}
