import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { cartStore } from '../../../examples/shop/src/local/carts.ts'
import { openNodeSqlite } from '../../../examples/shop/src/local/node-sqlite.ts'
import { sqlDatabase } from '../../../examples/shop/src/local/sql-database.ts'
import type { Sqlite } from '../../../examples/shop/src/local/sqlite.ts'
import { stockRooms } from '../../../examples/shop/src/local/stock-rooms.ts'

let db: Sqlite

beforeEach(() => {
  vi.useFakeTimers()
  db = openNodeSqlite(':memory:')
})
afterEach(() => {
  vi.useRealTimers()
  db.close()
})

describe('a batch', () => {
  it('changes all or nothing', async () => {
    db.script('CREATE TABLE products (id INTEGER PRIMARY KEY)')
    const database = sqlDatabase(db)
    const insert = database.prepare('INSERT INTO products VALUES (?)')
    await expect(database.batch([insert.bind(1), insert.bind(1)])).rejects.toThrow('UNIQUE')
    expect(db.all('SELECT * FROM products')).toEqual([])
    await database.batch([insert.bind(1), insert.bind(2)])
    expect(await database.prepare('SELECT id FROM products WHERE id > ?').bind(1).first()).toEqual({
      id: 2,
    })
    expect(
      await database.prepare('SELECT id FROM products WHERE id > ?').bind(2).first(),
    ).toBeNull()
  })
})

describe('carts', () => {
  it('disappear when their time is over', async () => {
    const carts = cartStore(db)
    await carts.put('cart:ada', '{"items":[]}', { expirationTtl: 60 })
    vi.advanceTimersByTime(59_000)
    expect(await carts.get('cart:ada', 'json')).toEqual({ items: [] })
    vi.advanceTimersByTime(2000)
    expect(await carts.get('cart:ada', 'json')).toBeNull()
    await carts.put('cart:grace', '{"items":[]}', { expirationTtl: 60 })
    expect(db.all('SELECT key FROM carts')).toEqual([{ key: 'cart:grace' }])
  })
})

describe('the stock room', () => {
  it('holds goods for as long as it was told', async () => {
    const room = stockRooms(db, '10').getByName('main')
    expect(await room.reserve('a', [{ productId: 1, quantity: 200 }])).toEqual([])
    vi.advanceTimersByTime(9000)
    expect(await room.reserve('b', [{ productId: 1, quantity: 1 }])).toEqual([1])
    vi.advanceTimersByTime(2000)
    expect(await room.reserve('b', [{ productId: 1, quantity: 1 }])).toEqual([])
  })

  it('reserves all of an order or nothing', async () => {
    const room = stockRooms(db, undefined).getByName('main')
    const both = [1, 2].map((productId) => ({ productId, quantity: 150 }))
    expect(await room.reserve('a', both.slice(1))).toEqual([])
    expect(await room.reserve('b', both)).toEqual([2])
    expect(await room.reserve('c', both.slice(0, 1))).toEqual([])
  })
})
