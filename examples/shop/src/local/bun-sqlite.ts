import { Database } from 'bun:sqlite'
import type { Sqlite } from './sqlite.ts'

/** SQLite as Bun has it. */
export function openBunSqlite(path: string): Sqlite {
  const db = new Database(path)
  return {
    all: <T>(query: string, ...values: (string | number | null)[]) =>
      db.query(query).all(...values) as T[],
    script: (sql) => db.exec(sql),
    close: () => db.close(),
  }
}
