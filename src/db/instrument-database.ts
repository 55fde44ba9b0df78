import { guard } from '../base/guard.ts'
import { warnOnce } from '../base/warn.ts'
import { instrumentBunSql, isBunSql } from './clients/bun-sql.ts'
import { instrumentDenoKv, isDenoKv } from './clients/deno-kv.ts'
import { instrumentIoredis, isIoredis } from './clients/ioredis.ts'
import { instrumentLibsql, isLibsql } from './clients/libsql.ts'
import { instrumentMysql2, isMysql2 } from './clients/mysql2.ts'
import { instrumentPgClient, instrumentPgPool, isPgClient, isPgPool } from './clients/pg.ts'
import { instrumentPostgres, isPostgres } from './clients/postgres.ts'
import { instrumentRedis, instrumentRedisPool, isRedis, isRedisPool } from './clients/redis.ts'
import { instrumentSqlite, isSqlite } from './clients/sqlite.ts'
import { instrumentUpstash, isUpstash } from './clients/upstash.ts'
import { checkOptions, type DatabaseOptions } from './options.ts'
import { isStandIn } from './wrap-function.ts'

type Kind = readonly [
  is: (value: unknown) => boolean,
  /** Returns what is to be used instead, if it is not the same. */
  instrument: (target: object, options: DatabaseOptions) => unknown,
]

/** Whichever comes first. */
const KINDS: readonly Kind[] = [
  [isPostgres, instrumentPostgres],
  [isBunSql, instrumentBunSql],
  [isPgPool, instrumentPgPool],
  [isPgClient, instrumentPgClient],
  [isMysql2, instrumentMysql2],
  [isIoredis, instrumentIoredis],
  [isRedisPool, instrumentRedisPool],
  [isRedis, instrumentRedis],
  [isUpstash, instrumentUpstash],
  [isLibsql, instrumentLibsql],
  [isDenoKv, instrumentDenoKv],
  [isSqlite, instrumentSqlite],
]

/**
 * Instruments a client or a pool of a database: each operation in a traced request, or in another event or span,
 * becomes a client span and is measured, per the semantic conventions for databases 1.44
 * (`db.client.operation.duration`, `db.client.connection.*` where the client tells). It is told by its shape; nothing
 * is imported, and no module is changed.
 *
 * Known are `pg` (Client, Pool), `postgres`, `mysql2` (callbacks and promises), `redis` 5 and later (client, pool),
 * `ioredis`, `@upstash/redis`, `@libsql/client`, `node:sqlite`, `bun:sqlite`, `Bun.SQL` and `Deno.Kv`. What is on top
 * of them, such as Drizzle, Kysely and Prisma's adapters, is given the instrumented client. One that is not known is
 * left alone, with a warning.
 *
 * @param client - Stays the object that it is, with methods of its own in the place of some of its class: to instrument
 * it again changes nothing.
 * @param options - See {@link DatabaseOptions}; its defaults record statements without values, and no keys.
 * @returns The client itself. Of `postgres` and `Bun.SQL`, which are called as functions: a stand-in, to be used
 * instead.
 * @throws {TypeError} when an option is not what it must be.
 *
 * @example
 * ```ts
 * import { Hono } from 'hono'
 * import { observability } from 'hono-observability'
 * import { instrumentDatabase } from 'hono-observability/db'
 * import pg from 'pg'
 *
 * const pool = instrumentDatabase(new pg.Pool({ host: 'db.example', database: 'shop', max: 10 }))
 *
 * const app = new Hono()
 * app.use(observability({ service: { name: 'shop' } }))
 * app.get('/orders/:id', async (c) => {
 *   const { rows } = await pool.query('SELECT * FROM orders WHERE id = $1', [c.req.param('id')])
 *   return c.json(rows)
 * })
 * ```
 */
export const instrumentDatabase = <T extends object>(
  client: T,
  options: DatabaseOptions = {},
): T => {
  checkOptions(options)
  if (isStandIn(client)) {
    return client
  }
  for (const [is, instrument] of KINDS) {
    if (is(client)) {
      return (guard(() => instrument(client, options)) ?? client) as T
    }
  }
  warnOnce('a database client is not instrumented: it has the methods of none that is known')
  return client
}
