import { instrumentDatabase } from 'hono-observability/db'
import postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hasPostgresql, startPostgresql } from '../../support/servers/postgresql.ts'
import type { Running } from '../../support/servers/program.ts'
import { attributesOf, during, namesOf, ofPool, toldBy } from './support.ts'

describe.runIf(hasPostgresql)('postgres on PostgreSQL', () => {
  let server: Running
  let raw: postgres.Sql
  let sql: postgres.Sql

  beforeAll(async () => {
    server = await startPostgresql()
    raw = postgres({
      host: '127.0.0.1',
      port: server.port,
      user: 'postgres',
      database: 'postgres',
      max: 4,
      onnotice: () => {},
    })
    sql = instrumentDatabase(raw)
    await raw`CREATE TABLE orders (id int PRIMARY KEY, name text)`
    await raw`INSERT INTO orders SELECT g, 'n' || g FROM generate_series(1, 5) g`
  })
  afterAll(async () => {
    await raw?.end()
    await server?.stop()
  })

  it('a tagged template is one span when it is awaited, with what fragments and helpers became', async () => {
    const told = await during(async () => {
      const where = sql`WHERE name = ${'n1'}`
      return await sql`SELECT id, name FROM ${sql('orders')} ${where} AND id IN ${sql([1, 2])}`
    })
    expect(told.value).toEqual([{ id: 1, name: 'n1' }])
    expect(namesOf(told.spans)).toEqual(['SELECT orders'])
    expect(attributesOf(told.spans)).toEqual({
      'db.system.name': 'postgresql',
      'db.namespace': 'postgres',
      'db.operation.name': 'SELECT',
      'db.collection.name': 'orders',
      'db.query.summary': 'SELECT "orders"',
      'db.query.text': 'SELECT id, name FROM "orders" WHERE name = $1 AND id IN ($2,$3)',
      'db.response.returned_rows': 1,
      'server.address': '127.0.0.1',
      'server.port': server.port,
    })
  })

  it('a query that nobody awaits is no span', async () => {
    const told = await during(async () => {
      sql`SELECT 1`
    })
    expect(told.spans).toEqual([])
  })

  it('transactions, savepoints, reserved connections, cursors and raw statements are observed', async () => {
    const told = await during(async () => {
      await sql.begin(async (tx) => {
        await tx`UPDATE orders SET name = ${'a'} WHERE id = 1`
        await tx.savepoint((point) => point`SELECT 2`)
      })
      const own = await sql.reserve()
      await own`SELECT 3`
      own.release()
      const seen: unknown[] = []
      for await (const rows of sql`SELECT id FROM orders ORDER BY id`.cursor(2)) {
        seen.push(...rows)
      }
      expect(seen).toHaveLength(5)
      expect(await sql.unsafe('SELECT $1::int AS n', [7]).values()).toEqual([[7]])
      await sql`SELECT id FROM orders`.forEach(() => {})
    })
    expect(told.error).toBeUndefined()
    expect(namesOf(told.spans)).toEqual([
      'UPDATE orders',
      'SELECT postgres',
      'SELECT postgres',
      'SELECT orders',
      'SELECT postgres',
      'SELECT orders',
    ])
  })

  it('an error stays the error it is, and has no value of its statement where it is told', async () => {
    const told = await during(() => sql`SELECT ${'s3cret'}::int`)
    expect(told.error).toBeInstanceOf(postgres.PostgresError)
    expect((told.error as Error).message).toContain('s3cret')
    expect(attributesOf(told.spans)).toMatchObject({
      'error.type': '22P02',
      'db.response.status_code': '22P02',
    })
    expect(toldBy(told)).not.toContain('s3cret')
  })

  it('the stand-in has all that the function has, and gives the very queries', async () => {
    expect(sql).not.toBe(raw)
    expect(instrumentDatabase(sql)).toBe(sql)
    expect(instrumentDatabase(raw)).toBe(sql)
    expect(Object.keys(sql)).toEqual(Object.keys(raw))
    expect(sql.options).toBe(raw.options)
    expect(sql.begin).toBe(sql.begin)
    expect(sql.begin.length).toBe(raw.begin.length)
    const query = sql`SELECT 1 AS one`
    expect(query).toBeInstanceOf(Promise)
    expect(query.constructor).toBe(raw`SELECT 1`.constructor)
    // Outside of any request too, and awaited twice.
    expect(await query).toEqual([{ one: 1 }])
    expect(await query).toEqual([{ one: 1 }])
    expect(
      await ofPool(
        await during(async () => sql`SELECT 1`),
        'max',
        `127.0.0.1:${server.port}/postgres`,
      ),
    ).toEqual({ all: 4 })
  })

  it('a rejection that nobody handles is told by the process, as it is without us', async () => {
    const unhandled: unknown[] = []
    const hear = (error: unknown) => unhandled.push(error)
    process.on('unhandledRejection', hear)
    const others = process.listeners('unhandledRejection').filter((each) => each !== hear)
    for (const each of others) {
      process.off('unhandledRejection', each)
    }
    try {
      await during(async () => {
        sql`SELECT * FROM gone`.execute()
        await new Promise((resolve) => setTimeout(resolve, 200))
      })
    } finally {
      process.off('unhandledRejection', hear)
      for (const each of others) {
        process.on('unhandledRejection', each)
      }
    }
    expect(unhandled).toMatchObject([{ code: '42P01' }])
  })
})
