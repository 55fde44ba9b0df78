import { mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type OpenSqlite, type Sqlite, transaction } from './sqlite.ts'

const SHOP = join(import.meta.dirname, '../..')

/** Opens the shop's database, brings its tables up to date and puts the products in. */
export function openShopDatabase(open: OpenSqlite, path: string): Sqlite {
  mkdirSync(dirname(path), { recursive: true })
  const db = open(path)
  db.script('PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA foreign_keys = ON;')
  transaction(db, () => {
    migrate(db, join(SHOP, 'migrations'))
    db.script(readFileSync(join(SHOP, 'seed/products.sql'), 'utf8'))
  })
  return db
}

/** The same files as on Workers, each once. */
function migrate(db: Sqlite, dir: string): void {
  db.script('CREATE TABLE IF NOT EXISTS migrations (name TEXT PRIMARY KEY)')
  for (const name of readdirSync(dir).sort()) {
    const [added] = db.all('INSERT OR IGNORE INTO migrations VALUES (?) RETURNING name', name)
    if (added) db.script(readFileSync(join(dir, name), 'utf8'))
  }
}
