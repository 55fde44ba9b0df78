import type { SqlDatabase, SqlStatement, SqlValue } from '../platform.ts'
import { type Sqlite, transaction } from './sqlite.ts'

class Statement implements SqlStatement {
  readonly #db: Sqlite
  readonly #query: string
  readonly #values: SqlValue[]

  constructor(db: Sqlite, query: string, values: SqlValue[] = []) {
    this.#db = db
    this.#query = query
    this.#values = values
  }

  bind(...values: SqlValue[]): Statement {
    return new Statement(this.#db, this.#query, values)
  }

  rows<T>(): T[] {
    return this.#db.all<T>(this.#query, ...this.#values)
  }

  async first<T>(): Promise<T | null> {
    return this.rows<T>()[0] ?? null
  }

  async all<T>(): Promise<{ results: T[] }> {
    return { results: this.rows() }
  }

  async run(): Promise<unknown> {
    return this.rows()
  }
}

/** Products, orders and sales, in SQLite. */
export const sqlDatabase = (db: Sqlite): SqlDatabase => ({
  prepare: (query) => new Statement(db, query),
  batch: async (statements: Statement[]) =>
    transaction(db, () => statements.map((statement) => statement.rows())),
})
