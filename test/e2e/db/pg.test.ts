import type { EventEmitter } from 'node:events'
import { trace } from '@opentelemetry/api'
import { instrumentDatabase } from 'hono-observability/db'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hasPostgresql, startPostgresql } from '../../support/servers/postgresql.ts'
import type { Running } from '../../support/servers/program.ts'
import { attributesOf, during, namesOf, ofPool, toldBy } from './support.ts'

describe.runIf(hasPostgresql)('pg on PostgreSQL', () => {
  let server: Running
  const pools: pg.Pool[] = []

  const settings = (more?: pg.PoolConfig): pg.PoolConfig => ({
    host: '127.0.0.1',
    port: server.port,
    user: 'postgres',
    database: 'postgres',
    ...more,
  })

  const makePool = (more?: pg.PoolConfig): pg.Pool => {
    const pool = instrumentDatabase(new pg.Pool(settings(more)))
    pools.push(pool)
    return pool
  }

  beforeAll(async () => {
    server = await startPostgresql()
    const pool = new pg.Pool(settings())
    await pool.query('CREATE TABLE orders (id serial PRIMARY KEY, "e mail" text UNIQUE)')
    await pool.query(`INSERT INTO orders ("e mail") SELECT 'n' || g FROM generate_series(1, 20) g`)
    await pool.end()
  })
  afterAll(async () => {
    await Promise.all(pools.map((pool) => pool.end()))
    await server?.stop()
  })

  it('a query of a pool is one span, with statement, server and rows', async () => {
    const pool = makePool()
    const told = await during(() => pool.query('SELECT * FROM orders WHERE id < $1', [3]))
    expect(told.value?.rows).toHaveLength(2)
    expect(namesOf(told.spans)).toEqual(['SELECT orders'])
    expect(told.spans[0]?.kind).toBe(2)
    expect(attributesOf(told.spans)).toEqual({
      'db.system.name': 'postgresql',
      'db.namespace': 'postgres',
      'db.operation.name': 'SELECT',
      'db.collection.name': 'orders',
      'db.query.summary': 'SELECT orders',
      'db.query.text': 'SELECT * FROM orders WHERE id < $1',
      'db.response.returned_rows': 2,
      'server.address': '127.0.0.1',
      'server.port': server.port,
    })
    const [point] = await told.points('db.client.operation.duration')
    expect(point?.count).toBe(1)
    expect(point?.attributes).toEqual({
      'db.system.name': 'postgresql',
      'db.namespace': 'postgres',
      'db.operation.name': 'SELECT',
      'db.collection.name': 'orders',
      'server.address': '127.0.0.1',
      'server.port': server.port,
    })
  })

  it('values never leave, neither in statements nor in errors', async () => {
    const pool = makePool()
    const told = await during(async () => {
      await pool.query(
        `SELECT "e mail" FROM orders WHERE "e mail" = 's3cret' OR id = ANY(ARRAY[4711]) OR "e mail" = $q$s3cret$q$ OR "e mail" = E'it\\'s s3cret'`,
      )
      const error = await pool.query(`SELECT 's3cret'::int`).catch((thrown) => thrown)
      expect(error).toBeInstanceOf(pg.DatabaseError)
      expect(error.message).toContain('s3cret')
    })
    expect(told.error).toBeUndefined()
    expect(toldBy(told)).not.toMatch(/s3cret|4711/)
    expect(attributesOf(told.spans, 1)).toMatchObject({
      'error.type': '22P02',
      'db.response.status_code': '22P02',
    })
  })

  it('a broken constraint has its SQLSTATE on span and metric', async () => {
    const pool = makePool()
    const told = await during(() => pool.query('INSERT INTO orders ("e mail") VALUES ($1)', ['n1']))
    expect(told.error).toMatchObject({
      code: '23505',
      detail: 'Key ("e mail")=(n1) already exists.',
    })
    expect(namesOf(told.spans)).toEqual(['INSERT orders failed'])
    const [point] = await told.points('db.client.operation.duration')
    expect(point?.attributes).toMatchObject({
      'error.type': '23505',
      'db.response.status_code': '23505',
    })
  })

  it('a pool tells its connections, waits and uses', async () => {
    const pool = makePool({ max: 2, application_name: 'a', database: 'template1' })
    const name = `127.0.0.1:${server.port}/template1`
    const told = await during(async () => {
      const client = await pool.connect()
      await Promise.all([1, 2, 3].map(() => pool.query('SELECT 1')))
      return client
    })
    expect(await ofPool(told, 'count', name)).toEqual({ idle: 1, used: 1 })
    told.value?.release()
    expect(await ofPool(told, 'count', name)).toEqual({ idle: 2, used: 0 })
    expect(await ofPool(told, 'max', name)).toEqual({ all: 2 })
    expect(await ofPool(told, 'idle.min', name)).toEqual({ all: 0 })
    expect(await ofPool(told, 'pending_requests', name)).toEqual({ all: 0 })
    expect(await ofPool(told, 'wait_time', name)).toEqual({ all: 4 })
    expect(await ofPool(told, 'use_time', name)).toEqual({ all: 4 })
  })

  it('who waits too long for a connection is counted, and is a span that failed', async () => {
    const pool = makePool({
      max: 1,
      connectionTimeoutMillis: 50,
      database: 'template1',
      host: 'localhost',
    })
    const told = await during(async () => {
      const client = await pool.connect()
      await pool.query('SELECT 1').catch(() => {})
      client.release()
    })
    expect(told.error).toBeUndefined()
    expect(namesOf(told.spans)).toEqual(['SELECT template1 failed'])
    expect(await ofPool(told, 'timeouts', `localhost:${server.port}/template1`)).toEqual({ all: 1 })
  })

  it('a client of a pool, or of its own, is observed however it is asked', async () => {
    const pool = makePool()
    const alone = instrumentDatabase(new pg.Client(settings()))
    await alone.connect()
    const told = await during(async () => {
      const client = await pool.connect()
      await client.query({ text: 'SELECT 1', rowMode: 'array' })
      await client.query({ name: 'one', text: 'SELECT 1 AS one' })
      await new Promise((resolve) => client.query('SELECT $1::text', ['a'], resolve))
      client.release()
      await alone.query('BEGIN')
      await alone.query('COMMIT')
      const query = new pg.Query('SELECT 2')
      expect(alone.query(query)).toBe(query)
      await new Promise((resolve) => (query as unknown as EventEmitter).once('end', resolve))
    })
    expect(told.error).toBeUndefined()
    expect(namesOf(told.spans)).toEqual([
      'SELECT postgres',
      'SELECT postgres',
      'SELECT postgres',
      'BEGIN postgres',
      'COMMIT postgres',
      'SELECT postgres',
    ])
    await alone.end()
  })

  it('a callback runs in the context of whoever gave it, also when it waited for a connection', async () => {
    const pool = makePool({ max: 1 })
    const told = await during(async () => {
      const client = await pool.connect()
      const here = trace.getActiveSpan()
      const seen = Promise.all(
        [1, 2].map(
          () =>
            new Promise((resolve) =>
              pool.query('SELECT 1', () => resolve(trace.getActiveSpan() === here)),
            ),
        ),
      )
      client.release()
      return seen
    })
    expect(told.value).toEqual([true, true])
    expect(told.spans).toHaveLength(2)
  })

  it('stays what it is', async () => {
    const raw = new pg.Pool(settings())
    const pool = instrumentDatabase(raw)
    pools.push(pool)
    expect(pool).toBe(raw)
    expect(instrumentDatabase(pool)).toBe(raw)
    expect(Object.keys(pool)).toEqual(Object.keys(new pg.Pool(settings())))
    expect(pool.listenerCount('connect')).toBe(0)
    expect(pg.Pool.prototype.query.name).toBe(pool.query.name)
    // Outside of any request too.
    expect((await pool.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }])
    const told = await during(() => pool.query('SELECT 1'))
    expect(told.spans).toHaveLength(1)
  })

  it('a statement for each row is found, counted and logged once', async () => {
    const pool = makePool()
    const told = await during(async () => {
      const { rows } = await pool.query('SELECT id FROM orders LIMIT 12')
      for (const { id } of rows) {
        await pool.query(`SELECT * FROM orders WHERE id = ${id}`)
        await pool.query('SELECT "e mail" FROM orders WHERE id = $1', [id])
      }
    })
    expect(told.lines).toEqual([
      expect.objectContaining({
        level: 'warn',
        logger: 'db',
        message: 'repeated SELECT orders',
        operation: 'SELECT orders',
        count: 10,
        trace_id: told.spans[0]?.spanContext().traceId,
      }),
    ])
    const [point] = await told.points('hono.db.repeated_statements')
    expect(point?.value).toBe(2)
    expect(point?.attributes).toEqual({
      'db.system.name': 'postgresql',
      'db.namespace': 'postgres',
      'db.operation.name': 'SELECT',
      'db.collection.name': 'orders',
    })
  })
})
