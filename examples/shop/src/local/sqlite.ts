import type { SqlValue } from '../platform.ts'

/** What the shop needs of a runtime's SQLite. */
export interface Sqlite {
  /** Runs one statement and returns its rows. */
  all<T>(query: string, ...values: SqlValue[]): T[]
  /** Runs statements, for their effect alone. */
  script(sql: string): void
  close(): void
}

/** Opens a database, which is made if it is not there. */
export type OpenSqlite = (path: string) => Sqlite

/** Keeps all that `work` changes, or nothing if it throws. Nobody else writes meanwhile, in other processes neither. */
export function transaction<T>(db: Sqlite, work: () => T): T {
  db.script('BEGIN IMMEDIATE')
  try {
    const result = work()
    db.script('COMMIT')
    return result
  } catch (error) {
    db.script('ROLLBACK')
    throw error
  }
}
