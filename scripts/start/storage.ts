import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { unstable_splitSqlQuery as splitSql } from 'wrangler'

interface Statement {
  bind: (...values: unknown[]) => Statement
  all: <T>() => Promise<{ results: T[] }>
}

/** The part of D1 that is used here. */
export interface Database {
  prepare: (sql: string) => Statement
  batch: (statements: Statement[]) => Promise<unknown>
}

/** The part of KV that is used here. */
export interface KeyValueStore {
  put: (key: string, value: string) => Promise<void>
}

// The table and columns of `wrangler d1 migrations`, so that both see the same history.
const MIGRATIONS_TABLE = `CREATE TABLE IF NOT EXISTS d1_migrations (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT UNIQUE,
  applied_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP NOT NULL
)`

/** Runs the `.sql` files that have not been run, in order of name, each in one transaction. Returns their names. */
export async function migrate(db: Database, dir: string): Promise<string[]> {
  await db.batch([db.prepare(MIGRATIONS_TABLE)])
  const { results } = await db.prepare('SELECT name FROM d1_migrations').all<{ name: string }>()
  const done = new Set(results.map((row) => row.name))
  const files = (await readdir(dir)).filter((name) => name.endsWith('.sql')).sort()
  const due = files.filter((name) => !done.has(name))
  for (const name of due) {
    const record = db.prepare('INSERT INTO d1_migrations (name) VALUES (?)').bind(name)
    await db.batch([...(await statements(db, join(dir, name))), record])
  }
  return due
}

/** Runs a file of SQL statements in one transaction. */
export async function runSql(db: Database, file: string): Promise<void> {
  await db.batch(await statements(db, file))
}

/** Writes the entries of a file in the format of `wrangler kv bulk put`. */
export async function putAll(kv: KeyValueStore, file: string): Promise<void> {
  const entries: { key: string; value: string }[] = JSON.parse(await readFile(file, 'utf8'))
  await Promise.all(entries.map(({ key, value }) => kv.put(key, value)))
}

async function statements(db: Database, file: string): Promise<Statement[]> {
  return splitSql(await readFile(file, 'utf8')).map((sql) => db.prepare(sql))
}
