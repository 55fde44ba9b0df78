import { DatabaseSync } from 'node:sqlite'
import type { BindingsOptions } from 'hono-observability/bindings'
import { instrumentDatabase } from 'hono-observability/db'
import { usage } from 'hono-observability/usage'
import { expect, it } from 'vitest'
import { database, inApp, keyValues } from './in-app.ts'

const shop = (options: BindingsOptions) => {
  const db = instrumentDatabase(new DatabaseSync(':memory:'))
  return inApp({ DB: database(), CACHE: keyValues() }, options, (app) => {
    app.get('/d1', async (c) => {
      for (let i = 0; i < 12; i++) {
        await c.env.DB.prepare(`SELECT * FROM orders WHERE id = ${i}`).all()
      }
      return c.text('done')
    })
    app.get('/sqlite', (c) => {
      for (let i = 0; i < 12; i++) {
        db.prepare(`SELECT ${i} AS id`).all()
      }
      return c.text('done')
    })
    app.get('/kv', async (c) => {
      for (let i = 0; i < 12; i++) {
        await c.env.CACHE.get(`k${i}`)
      }
      return c.text('done')
    })
    return undefined
  })
}

const repeatedOf = async ({ points }: ReturnType<typeof shop>): Promise<number> =>
  (await points('hono.db.repeated_statements')).reduce((sum, [, value]) => sum + value, 0)

it('a statement that is repeated is one finding and one line, and counted as what it is', async () => {
  const app = shop({ usage: usage() })
  await app.ask('/d1')
  expect(await repeatedOf(app)).toBe(1)
  expect(app.lines('bindings')).toEqual([])
  expect(app.lines('usage').map(({ message }) => message)).toEqual([
    'GET /d1 repeats SELECT orders',
  ])
  expect(app.lines('usage')[0]).toMatchObject({
    'db.query.text': 'SELECT * FROM orders WHERE id = ?',
    'hono.usage.calls': 10,
  })
  expect((await app.points('hono.usage.events')).map(([, value]) => value)).toEqual([1])
})

it('statements of clients that are no bindings are found as well', async () => {
  const app = shop({ usage: usage() })
  await app.ask('/sqlite')
  expect(app.lines('db')).toEqual([])
  expect(app.lines('usage').map(({ message }) => String(message))).toEqual([
    expect.stringMatching(/^GET \/sqlite repeats SELECT/),
  ])
})

it('methods of a binding are found without any statement', async () => {
  const app = shop({ usage: usage() })
  await app.ask('/kv')
  expect(await repeatedOf(app)).toBe(0)
  expect(app.lines('usage').map(({ message }) => message)).toEqual(['GET /kv repeats get CACHE'])
})

it('without findings, or without usage, the line is who runs the statements’', async () => {
  for (const options of [{ usage: usage({ findings: false }) }, {}]) {
    const app = shop(options)
    await app.ask('/d1')
    expect(await repeatedOf(app)).toBe(1)
    expect(app.lines('usage')).toEqual([])
    expect(app.lines('bindings').map(({ message }) => message)).toEqual(['repeated SELECT orders'])
  }
})

it('`repeats` says from when on, unless `repeatedThreshold` does', async () => {
  const from = async (options: BindingsOptions): Promise<unknown[]> => {
    const app = shop(options)
    await app.ask('/d1')
    return app.lines('usage').map((line) => line['hono.usage.calls'])
  }
  expect(await from({ usage: usage({ findings: { repeats: 4 } }) })).toEqual([4])
  expect(await from({ usage: usage({ findings: { repeats: 4 } }), repeatedThreshold: 6 })).toEqual([
    6,
  ])
  expect(await from({ usage: usage(), repeatedThreshold: false })).toEqual([])
})
