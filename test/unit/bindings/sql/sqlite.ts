import type { DatabaseSync } from 'node:sqlite'

/** What real SQLite says of a statement. */
export interface Judgement {
  error: string | undefined
  /** Strings that the compiled program loads: what SQLite took for values. */
  strings: Set<unknown>
}

/** A database with double-quoted strings, as those of D1 and Durable Objects are. */
export const openSqlite = (schema: string): ((statement: string) => Judgement) => {
  // Bundlers for tests do not know this module yet.
  const sqlite = process.getBuiltinModule('node:sqlite')
  const database: DatabaseSync = new sqlite.DatabaseSync(':memory:', {
    enableDoubleQuotedStringLiterals: true,
  })
  database.exec(schema)
  return (statement) => {
    try {
      const program = database.prepare(`EXPLAIN ${statement}`).all()
      return {
        error: undefined,
        strings: new Set(program.filter(({ opcode }) => opcode === 'String8').map(({ p4 }) => p4)),
      }
    } catch (error) {
      return { error: String(error), strings: new Set() }
    }
  }
}
