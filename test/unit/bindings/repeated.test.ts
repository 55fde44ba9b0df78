import { DatabaseSync } from 'node:sqlite'
import { type DatabaseOptions, instrumentDatabase } from 'hono-observability/db'
import { expect, it } from 'vitest'
import { MAX_STATEMENTS } from '../../../src/bindings/repeated.ts'
import { inRequest } from './in-request.ts'

const during = async (work: (database: DatabaseSync) => void, options?: DatabaseOptions) => {
  const database = instrumentDatabase(new DatabaseSync(':memory:'), options)
  database.exec('CREATE TABLE orders (id INTEGER)')
  const told = await inRequest({}, () => work(database))
  const counted = await told.points('hono.db.repeated_statements')
  return { ...told, counted: counted.map(({ value }) => value) }
}

const times = (count: number, run: (index: number) => void): void => {
  for (let index = 0; index < count; index += 1) {
    run(index)
  }
}

it('a statement that one request runs ten times is counted and logged once', async () => {
  const { counted, lines } = await during((database) =>
    times(30, (id) => database.exec(`SELECT * FROM orders WHERE id = ${id}`)),
  )
  expect(counted).toEqual([1])
  expect(lines).toEqual([
    expect.objectContaining({
      level: 'warn',
      logger: 'db',
      message: 'repeated SELECT orders',
      count: 10,
    }),
  ])
})

it('nine times are not, nor are transactions, nor is anything when it is turned off', async () => {
  expect((await during((database) => times(9, () => database.exec('SELECT 1')))).lines).toEqual([])
  const transactions = await during((database) =>
    times(30, () => {
      database.exec('BEGIN')
      database.exec('COMMIT')
    }),
  )
  expect(transactions.lines).toEqual([])
  const off = await during((database) => times(30, () => database.exec('SELECT 1')), {
    repeatedThreshold: false,
  })
  expect([off.lines, off.counted]).toEqual([[], []])
})

it('two hundred different statements of a request are told apart, and no more', async () => {
  const { counted } = await during((database) => {
    times(MAX_STATEMENTS + 50, (index) => database.exec(`SELECT id AS c${index} FROM orders`))
    times(10, () => database.exec('SELECT id AS one_more FROM orders'))
    times(9, () => database.exec('SELECT id AS c7 FROM orders'))
  })
  expect(counted).toEqual([1])
})

it('the same of D1 is told by the logger of bindings, unless it is turned off', async () => {
  const statement = { bind: () => statement, all: async () => ({ results: [], meta: {} }) }
  const env = { DB: { prepare: () => statement, batch: async () => [], exec: async () => ({}) } }
  const run = async ({ DB }: typeof env): Promise<void> => {
    for (let id = 0; id < 12; id += 1) {
      await (DB.prepare as (text: string) => typeof statement)(
        `SELECT * FROM orders WHERE id = ${id}`,
      ).all()
    }
  }
  const told = await inRequest(env, run)
  expect(told.error).toBeUndefined()
  expect(told.lines).toEqual([
    expect.objectContaining({ logger: 'bindings', message: 'repeated SELECT orders', count: 10 }),
  ])
  expect((await told.points('hono.db.repeated_statements'))[0]?.value).toBe(1)
  expect((await inRequest(env, run, { repeatedThreshold: false })).lines).toEqual([])
})
