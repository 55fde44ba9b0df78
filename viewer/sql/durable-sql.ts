import type { Row, Sql } from './sql.ts'

/** The part of a Durable Object's storage that is used. */
export interface DurableStorage {
  sql: {
    exec(query: string, ...bindings: unknown[]): Iterable<Record<string, unknown>>
    readonly databaseSize: number
  }
  transactionSync<T>(callback: () => T): T
}

/** The store of a Durable Object with SQLite storage (`new_sqlite_classes`). */
export function durableSql(storage: DurableStorage): Sql {
  return {
    all: (query, ...values) => [...storage.sql.exec(query, ...values)] as Row[],
    transaction: (callback) => storage.transactionSync(callback),
    size: () => storage.sql.databaseSize,
  }
}
