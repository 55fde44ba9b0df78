import { DatabaseSync } from 'node:sqlite'
import type { Sqlite } from './sqlite.ts'

/** SQLite as Node and Deno have it. */
export function openNodeSqlite(path: string): Sqlite {
  const db = new DatabaseSync(path)
  return {
    all: <T>(query: string, ...values: (string | number | null)[]) =>
      db.prepare(query).all(...values) as T[],
    script: (sql) => db.exec(sql),
    close: () => db.close(),
  }
}
