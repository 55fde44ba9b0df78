import type { KeyValueStore } from '../platform.ts'
import type { Sqlite } from './sqlite.ts'

/** Carts, in SQLite. */
export function cartStore(db: Sqlite): KeyValueStore {
  db.script(
    'CREATE TABLE IF NOT EXISTS carts (key TEXT PRIMARY KEY, value TEXT NOT NULL, until_ms INTEGER NOT NULL)',
  )
  return {
    get: async <T>(key: string) => {
      const [row] = db.all<{ value: string }>(
        'SELECT value FROM carts WHERE key = ? AND until_ms > ?',
        key,
        Date.now(),
      )
      return row ? (JSON.parse(row.value) as T) : null
    },
    put: async (key, value, { expirationTtl }) => {
      const nowMs = Date.now()
      db.all('DELETE FROM carts WHERE until_ms <= ?', nowMs)
      db.all(
        'INSERT OR REPLACE INTO carts VALUES (?, ?, ?)',
        key,
        value,
        nowMs + expirationTtl * 1000,
      )
    },
    delete: async (key) => {
      db.all('DELETE FROM carts WHERE key = ?', key)
    },
  }
}
