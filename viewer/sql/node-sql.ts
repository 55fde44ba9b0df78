import type { StatementSync } from 'node:sqlite'
import type { Row, Sql } from './sql.ts'

/** A store in this process. */
export interface NodeSql extends Sql {
  /** Ends it. What is in a file stays. */
  close(): void
}

// As many as there are statements in the source, and some for combinations of filters.
const MAX_PREPARED = 500

const SIZE =
  'SELECT (p.page_count - f.freelist_count) * s.page_size AS bytes FROM pragma_page_count p, pragma_freelist_count f, pragma_page_size s'

/**
 * Opens a database of `node:sqlite`.
 *
 * @param file Its path. Default: a private temporary file, which SQLite removes at the end.
 * @throws Error where there is no `node:sqlite`, as before Node 22.13; or when the file cannot be opened.
 */
export function openNodeSql(file: string = ''): NodeSql {
  const database = new (loadSqlite().DatabaseSync)(file)
  // Telemetry may lose its last second in a power cut, but not its consistency.
  database.exec(`PRAGMA journal_mode = ${file ? 'WAL' : 'MEMORY'}`)
  database.exec(`PRAGMA synchronous = ${file ? 'NORMAL' : 'OFF'}`)
  database.exec('PRAGMA cache_size = -65536')
  const prepared = new Map<string, StatementSync>()

  const statement = (query: string): StatementSync => {
    let found = prepared.get(query)
    if (!found) {
      if (prepared.size >= MAX_PREPARED) prepared.clear()
      found = database.prepare(query)
      prepared.set(query, found)
    }
    return found
  }

  return {
    all: (query, ...values) => statement(query).all(...values) as Row[],
    transaction(callback) {
      database.exec('BEGIN IMMEDIATE')
      try {
        const result = callback()
        database.exec('COMMIT')
        return result
      } catch (error) {
        database.exec('ROLLBACK')
        throw error
      }
    },
    size: () => Number(statement(SIZE).all()[0]?.bytes),
    close() {
      prepared.clear()
      database.close()
    },
  }
}

/** Not imported, so that the rest of the package also loads where there is no such module. */
function loadSqlite(): typeof import('node:sqlite') {
  const { emitWarning } = process
  // Node 22 warns that SQLite is experimental, which is nothing that its user can do about.
  process.emitWarning = () => undefined
  try {
    const sqlite = process.getBuiltinModule?.('node:sqlite')
    if (sqlite) return sqlite
  } finally {
    process.emitWarning = emitWarning
  }
  throw new Error(
    `Cannot open a store: \`node:sqlite\` must be there, as from Node 22.13 on, received Node ${process.versions.node}`,
  )
}
