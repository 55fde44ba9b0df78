import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { requireFromWrangler } from './wrangler.ts'

/** The part of a D1 binding that migrations need. */
export interface D1Like {
  prepare(query: string): { run(): Promise<unknown> }
}

/** Runs every `.sql` file of a directory on a D1 database, in the order of their names. */
export async function applyMigrations(database: D1Like, directory: string): Promise<void> {
  const { unstable_splitSqlQuery } = requireFromWrangler('wrangler')
  const names = (await readdir(directory)).filter((name) => name.endsWith('.sql')).toSorted()
  if (names.length === 0) {
    throw new Error(`Cannot migrate: \`directory\` must hold .sql files, received ${directory}`)
  }
  for (const name of names) {
    const queries = unstable_splitSqlQuery(await readFile(join(directory, name), 'utf8'))
    for (const query of queries) await database.prepare(query).run()
  }
}
