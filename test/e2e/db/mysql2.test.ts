import { trace } from '@opentelemetry/api'
import { instrumentDatabase } from 'hono-observability/db'
import mysql from 'mysql2'
import promises from 'mysql2/promise'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hasMariadb, startMariadb } from '../../support/servers/mariadb.ts'
import type { Running } from '../../support/servers/program.ts'
import { attributesOf, during, namesOf, ofPool, toldBy } from './support.ts'

describe.runIf(hasMariadb)('mysql2 on MariaDB', () => {
  let server: Running
  let pool: mysql.Pool
  let promisePool: promises.Pool

  const settings = () => ({ host: '127.0.0.1', port: server.port, user: 'root', database: 'test' })

  beforeAll(async () => {
    server = await startMariadb()
    pool = instrumentDatabase(mysql.createPool({ ...settings(), connectionLimit: 2 }))
    promisePool = instrumentDatabase(promises.createPool({ ...settings(), connectionLimit: 1 }))
    await promisePool.query('CREATE TABLE orders (id int PRIMARY KEY, name varchar(99))')
    await promisePool.query('INSERT INTO orders VALUES (1, "a"), (2, "b")')
  })
  afterAll(async () => {
    await promisePool?.end()
    pool?.end()
    await server?.stop()
  })

  it('a query with promises is one span, with statement, server and rows', async () => {
    const told = await during(() =>
      promisePool.query('SELECT * FROM `orders` WHERE name = "s3cret" OR id = 2'),
    )
    expect(told.value?.[0]).toEqual([{ id: 2, name: 'b' }])
    expect(namesOf(told.spans)).toEqual(['SELECT orders'])
    expect(attributesOf(told.spans)).toEqual({
      'db.system.name': 'mysql',
      'db.namespace': 'test',
      'db.operation.name': 'SELECT',
      'db.collection.name': 'orders',
      'db.query.summary': 'SELECT `orders`',
      'db.query.text': 'SELECT * FROM `orders` WHERE name = ? OR id = ?',
      'db.response.returned_rows': 1,
      'server.address': '127.0.0.1',
      'server.port': server.port,
    })
  })

  it('callbacks, events, streams, prepared statements and connections are observed', async () => {
    const connection = instrumentDatabase(await promises.createConnection(settings()))
    const told = await during(async () => {
      const here = trace.getActiveSpan()
      await new Promise<void>((resolve) =>
        pool.query('SELECT 1', (error, rows) => {
          expect([error, rows, trace.getActiveSpan() === here]).toEqual([null, [{ 1: 1 }], true])
          resolve()
        }),
      )
      await new Promise((resolve) =>
        pool.execute('SELECT id FROM orders WHERE id = ?', [1], resolve),
      )
      await new Promise((resolve) => pool.query('SELECT 2').on('end', resolve))
      const rows = pool.query('SELECT name FROM orders').stream()
      expect(await rows.toArray()).toHaveLength(2)
      await promisePool.execute('UPDATE orders SET name = ? WHERE id = ?', ['c', 1])
      const own = await promisePool.getConnection()
      await own.beginTransaction()
      await own.query({ sql: 'SELECT ?', values: [3] })
      await own.commit()
      own.release()
      await connection.query('SELECT 4')
    })
    await connection.end()
    expect(told.error).toBeUndefined()
    expect(namesOf(told.spans)).toEqual([
      'SELECT test',
      'SELECT orders',
      'SELECT test',
      'SELECT orders',
      'UPDATE orders',
      'START test',
      'SELECT test',
      'COMMIT test',
      'SELECT test',
    ])
  })

  it('an error has its number and its word, and no value', async () => {
    const told = await during(() => promisePool.query('INSERT INTO orders VALUES (1, "s3cret")'))
    expect(told.error).toMatchObject({ code: 'ER_DUP_ENTRY', errno: 1062 })
    expect(attributesOf(told.spans)).toMatchObject({
      'error.type': 'ER_DUP_ENTRY',
      'db.response.status_code': '1062',
    })
    const failed = await during(() =>
      promisePool.query('SELECT * FROM orders WHERE "s3cret" s3cret'),
    )
    expect(attributesOf(failed.spans)).toMatchObject({ 'error.type': 'ER_PARSE_ERROR' })
    expect(toldBy(told)).not.toContain('s3cret')
  })

  it('a pool tells its connections, waits and uses', async () => {
    const own = instrumentDatabase(
      mysql.createPool({ ...settings(), connectionLimit: 2, maxIdle: 1, database: 'mysql' }),
    )
    const name = `127.0.0.1:${server.port}/mysql`
    const told = await during(async () => {
      const connection = await own.promise().getConnection()
      await Promise.all([1, 2, 3].map(() => own.promise().query('SELECT 1')))
      return connection
    })
    expect(await ofPool(told, 'count', name)).toEqual({ idle: 1, used: 1 })
    told.value?.release()
    expect(await ofPool(told, 'count', name)).toEqual({ idle: 2, used: 0 })
    expect(await ofPool(told, 'max', name)).toEqual({ all: 2 })
    expect(await ofPool(told, 'idle.max', name)).toEqual({ all: 1 })
    expect(await ofPool(told, 'pending_requests', name)).toEqual({ all: 0 })
    expect(await ofPool(told, 'wait_time', name)).toEqual({ all: 4 })
    expect(await ofPool(told, 'use_time', name)).toEqual({ all: 4 })
    await own.promise().end()
  })

  it('a server that is not there is a span that failed', async () => {
    const nobody = instrumentDatabase(promises.createPool({ host: '127.0.0.1', port: 1 }))
    const told = await during(() => nobody.query('SELECT 1'))
    expect(told.error).toMatchObject({ code: 'ECONNREFUSED' })
    expect(attributesOf(told.spans)).toMatchObject({ 'error.type': 'ECONNREFUSED' })
    expect(attributesOf(told.spans)).not.toHaveProperty('db.response.status_code')
  })

  it('stays what it is', () => {
    const raw = promises.createPool(settings())
    expect(instrumentDatabase(raw)).toBe(raw)
    expect(Object.keys(raw)).toEqual(Object.keys(promises.createPool(settings())))
  })
})
