import type { DocumentStore } from '../platform.ts'
import type { Sqlite } from './sqlite.ts'

/** Receipts and reports, in SQLite. */
export function documentStore(db: Sqlite): DocumentStore {
  db.script(
    'CREATE TABLE IF NOT EXISTS documents (name TEXT PRIMARY KEY, content_type TEXT, text TEXT NOT NULL)',
  )
  return {
    put: async (name, text, { httpMetadata }) => {
      const type = httpMetadata.contentType ?? null
      db.all('INSERT OR REPLACE INTO documents VALUES (?, ?, ?)', name, type, text)
    },
    get: async (name) => {
      const [row] = db.all<{ contentType: string | null; text: string }>(
        'SELECT content_type AS contentType, text FROM documents WHERE name = ?',
        name,
      )
      if (!row) return null
      const { contentType, text } = row
      const blob = new Blob([text])
      return {
        body: blob.stream(),
        size: blob.size,
        httpMetadata: contentType === null ? {} : { contentType },
      }
    },
  }
}
