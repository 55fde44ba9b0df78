import { DatabaseSync, type SQLInputValue } from 'node:sqlite'
import type { SqlStore } from '../../../src/aggregator/store.ts'

export interface TestStore extends SqlStore {
  /** Rows written since the start. */
  written(): number
  /** Makes the n-th statement from now on throw; 0 for the next one. */
  failAfter(statements: number): void
}

/** Real SQLite behind the interface of a Durable Object's storage. */
export const openSqlite = (): TestStore => {
  const database = new DatabaseSync(':memory:')
  let untilFailure = Number.POSITIVE_INFINITY
  let written = 0
  return {
    written: () => written,
    failAfter: (statements) => {
      untilFailure = statements
    },
    sql: {
      exec(query, ...bindings) {
        if (untilFailure-- <= 0) {
          untilFailure = Number.POSITIVE_INFINITY
          throw new Error('disk full')
        }
        const statement = database.prepare(query)
        if (query.startsWith('SELECT')) {
          return statement.all(...(bindings as SQLInputValue[]))
        }
        written += Number(statement.run(...(bindings as SQLInputValue[])).changes)
        return []
      },
    },
    transactionSync(callback) {
      database.exec('BEGIN')
      try {
        const result = callback()
        database.exec('COMMIT')
        return result
      } catch (error) {
        database.exec('ROLLBACK')
        throw error
      }
    },
  }
}
