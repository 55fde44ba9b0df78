import { eq } from 'drizzle-orm'
import { int, mysqlTable } from 'drizzle-orm/mysql-core'
import { drizzle as drizzleMysql } from 'drizzle-orm/mysql2'
import { drizzle } from 'drizzle-orm/node-postgres'
import { integer, pgTable, text } from 'drizzle-orm/pg-core'
import { drizzle as drizzlePostgres } from 'drizzle-orm/postgres-js'
import { instrumentDatabase } from 'hono-observability/db'
import { Kysely, PostgresDialect } from 'kysely'
import mysql from 'mysql2/promise'
import pg from 'pg'
import postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hasMariadb, startMariadb } from '../../support/servers/mariadb.ts'
import { hasPostgresql, startPostgresql } from '../../support/servers/postgresql.ts'
import type { Running } from '../../support/servers/program.ts'
import { attributesOf, during, namesOf } from './support.ts'

describe.runIf(hasPostgresql)('on PostgreSQL', () => {
  let server: Running
  let pool: pg.Pool
  let sql: postgres.Sql
  const orders = pgTable('orders', { id: integer().primaryKey(), name: text() })
  const EXPECTED = [
    'INSERT orders',
    'SELECT orders',
    'BEGIN postgres',
    'UPDATE orders',
    'COMMIT postgres',
  ]

  beforeAll(async () => {
    server = await startPostgresql()
    const settings = {
      host: '127.0.0.1',
      port: server.port,
      user: 'postgres',
      database: 'postgres',
    }
    pool = instrumentDatabase(new pg.Pool(settings))
    sql = instrumentDatabase(postgres(settings))
    await pool.query('CREATE TABLE orders (id int PRIMARY KEY, name text)')
  })
  afterAll(async () => {
    await pool?.end()
    await sql?.end()
    await server?.stop()
  })

  it('Drizzle works on an instrumented pool of pg', async () => {
    const db = drizzle(pool)
    const told = await during(async () => {
      await db.insert(orders).values({ id: 1, name: 'a' })
      expect(await db.select().from(orders).where(eq(orders.id, 1))).toEqual([{ id: 1, name: 'a' }])
      await db.transaction((tx) => tx.update(orders).set({ name: 'b' }))
    })
    expect(told.error).toBeUndefined()
    expect(namesOf(told.spans)).toEqual(EXPECTED)
    expect(attributesOf(told.spans, 1)['db.query.text']).toBe(
      'select "id", "name" from "orders" where "orders"."id" = $1',
    )
  })

  it('Drizzle works on an instrumented postgres', async () => {
    const db = drizzlePostgres(sql)
    const told = await during(async () => {
      await db.insert(orders).values({ id: 2, name: 'a' })
      expect(await db.select().from(orders).where(eq(orders.id, 2))).toEqual([{ id: 2, name: 'a' }])
      await db.transaction((tx) => tx.update(orders).set({ name: 'b' }))
    })
    expect(told.error).toBeUndefined()
    // Its transactions are begun and ended within, unseen.
    expect(namesOf(told.spans)).toEqual(EXPECTED.filter((name) => name.endsWith('orders')))
  })

  it('Kysely works on an instrumented pool of pg', async () => {
    const db = new Kysely<{ orders: { id: number; name: string } }>({
      dialect: new PostgresDialect({ pool }),
    })
    const told = await during(async () => {
      await db.insertInto('orders').values({ id: 3, name: 'a' }).execute()
      expect(await db.selectFrom('orders').select('name').where('id', '=', 3).execute()).toEqual([
        { name: 'a' },
      ])
      await db.transaction().execute((tx) => tx.updateTable('orders').set({ name: 'b' }).execute())
    })
    expect(told.error).toBeUndefined()
    expect(namesOf(told.spans)).toEqual(EXPECTED)
  })
})

describe.runIf(hasMariadb)('on MariaDB', () => {
  let server: Running
  beforeAll(async () => {
    server = await startMariadb()
  })
  afterAll(() => server?.stop())

  it('Drizzle works on an instrumented pool of mysql2', async () => {
    const pool = instrumentDatabase(
      mysql.createPool({ host: '127.0.0.1', port: server.port, user: 'root', database: 'test' }),
    )
    const orders = mysqlTable('orders', { id: int().primaryKey() })
    await pool.query('CREATE TABLE orders (id int PRIMARY KEY)')
    const db = drizzleMysql(pool)
    const told = await during(async () => {
      await db.insert(orders).values({ id: 1 })
      expect(await db.select().from(orders).where(eq(orders.id, 1))).toEqual([{ id: 1 }])
    })
    expect(told.error).toBeUndefined()
    expect(namesOf(told.spans)).toEqual(['INSERT orders', 'SELECT orders'])
    await pool.end()
  })
})
