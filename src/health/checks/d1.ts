import type { CheckOptions, HealthCheck } from '../check.ts'
import { onBinding } from './on-binding.ts'

/** Settings of {@link d1}. */
export interface D1CheckOptions extends CheckOptions {
  /** A statement that must succeed; it should read little and change nothing. Default `SELECT 1`. */
  statement?: string
  /** Number of a migration that must be applied, or one after it, as in `0007_add_orders.sql`. Used instead of `statement`. */
  migration?: number
  /** The table in which wrangler records migrations. Default `d1_migrations`. */
  migrationsTable?: string
}

interface D1Database {
  prepare(statement: string): { first(column?: string): Promise<unknown> }
}

/** Checks a D1 database with `SELECT 1`, a statement of your own, or the number of its last migration. */
export const d1 = (binding: string, options: D1CheckOptions = {}): HealthCheck => {
  const { migration, migrationsTable = 'd1_migrations', statement = 'SELECT 1' } = options
  return onBinding<D1Database>('datastore', binding, 'prepare', options, async (database) => {
    if (migration === undefined) {
      await database.prepare(statement).first()
      return undefined
    }
    // SQLite's cast reads the leading digits of `0007_add_orders.sql`; -1 stands for none at all.
    const last = await database
      .prepare(`SELECT ifnull(max(CAST(name AS INTEGER)), -1) AS last FROM "${migrationsTable}"`)
      .first('last')
    return Number(last) >= migration
      ? undefined
      : { status: 'fail', output: `last migration is ${last}, expected ${migration}` }
  })
}
