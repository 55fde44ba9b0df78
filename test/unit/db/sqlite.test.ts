import { DatabaseSync } from 'node:sqlite'
import { instrumentDatabase } from 'hono-observability/db'
import { describe, expect, it } from 'vitest'
import { inRequest } from '../bindings/in-request.ts'

const open = (): DatabaseSync => {
  const database = instrumentDatabase(new DatabaseSync(':memory:'))
  database.exec('CREATE TABLE orders (id INTEGER PRIMARY KEY, name TEXT UNIQUE)')
  database.exec("INSERT INTO orders VALUES (1, 'a'), (2, 'b'), (3, 'c')")
  return database
}

const during = <T>(work: (database: DatabaseSync) => T) => {
  const database = open()
  return inRequest({}, () => work(database))
}

describe('node:sqlite', () => {
  it('a statement that is run is one span, with its rows', async () => {
    const { value, spans, points } = await during((database) =>
      database.prepare('SELECT id FROM orders WHERE id > ?').all(1),
    )
    expect(value).toEqual([{ id: 2 }, { id: 3 }])
    expect(spans.map(({ name }) => name)).toEqual(['SELECT orders'])
    expect(spans[0]?.attributes).toEqual({
      'db.system.name': 'sqlite',
      'db.namespace': ':memory:',
      'db.operation.name': 'SELECT',
      'db.collection.name': 'orders',
      'db.query.summary': 'SELECT orders',
      'db.query.text': 'SELECT id FROM orders WHERE id > ?',
      'db.response.returned_rows': 2,
    })
    expect((await points('db.client.operation.duration'))[0]?.count).toBe(1)
  })

  it('exec, get, run, iterate and tagged templates are observed, and iterate until its end', async () => {
    const { error, spans } = await during((database) => {
      database.exec("UPDATE orders SET name = 's3cret' WHERE id = 1")
      expect(database.prepare('SELECT name FROM orders WHERE id = 2').get()).toEqual({ name: 'b' })
      expect(database.prepare('DELETE FROM orders WHERE id = ?').run(3).changes).toBe(1)
      const names: unknown[] = []
      for (const { name } of database.prepare('SELECT name FROM orders').iterate()) {
        names.push(name)
      }
      expect(names).toHaveLength(2)
      const store = database.createTagStore()
      expect(store.get`SELECT name FROM orders WHERE id = ${2}`).toEqual({ name: 'b' })
    })
    expect(error).toBeUndefined()
    expect(spans.map(({ attributes }) => attributes['db.query.text'])).toEqual([
      'UPDATE orders SET name = ? WHERE id = ?',
      'SELECT name FROM orders WHERE id = ?',
      'DELETE FROM orders WHERE id = ?',
      'SELECT name FROM orders',
      'SELECT name FROM orders WHERE id = ?',
    ])
  })

  it('an error has the name of its result code, and no value of the statement', async () => {
    const { error, spans } = await during((database) =>
      database.exec("INSERT INTO orders VALUES (4, 'a')"),
    )
    expect(error).toMatchObject({ code: 'ERR_SQLITE_ERROR', errcode: 2067 })
    expect(spans[0]?.attributes).toMatchObject({
      'error.type': 'SQLITE_CONSTRAINT',
      'db.response.status_code': 'SQLITE_CONSTRAINT',
    })
  })

  it('a statement that cannot be prepared is a span that failed', async () => {
    const { error, spans } = await during((database) => database.prepare('SELECT * FROM gone'))
    expect(error).toMatchObject({ message: 'no such table: gone' })
    expect(spans[0]?.name).toBe('SELECT gone')
    expect(spans[0]?.attributes['error.type']).toBe('SQLITE_ERROR')
  })

  it('stays what it is', () => {
    const raw = new DatabaseSync(':memory:')
    expect(instrumentDatabase(raw)).toBe(raw)
    expect(raw).toBeInstanceOf(DatabaseSync)
    expect(Object.keys(raw)).toEqual(Object.keys(new DatabaseSync(':memory:')))
    expect(raw.prepare.name).toBe('prepare')
    const statement = raw.prepare('SELECT 1 AS one')
    expect(statement.constructor).toBe(new DatabaseSync(':memory:').prepare('SELECT 1').constructor)
    expect(statement.get()).toEqual({ one: 1 })
  })

  it('a file is told by its name alone', async () => {
    const closed = instrumentDatabase(new DatabaseSync('/home/s3cret/shop.db', { open: false }))
    expect(closed.isOpen).toBe(false)
    const { spans } = await during((database) => database.prepare('SELECT 1').get())
    expect(spans[0]?.name).toBe('SELECT :memory:')
  })
})
