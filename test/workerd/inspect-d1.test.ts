import { env } from 'cloudflare:test'
import { type InspectD1Options, inspectD1 } from 'hono-observability/bindings'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { inRequest } from './bindings-support.ts'

beforeEach(async () => {
  const tables = await env.DB.prepare(
    `SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT GLOB '_cf_*' AND name NOT GLOB 'sqlite_*'`,
  ).all<{ name: string }>()
  for (const { name } of tables.results) {
    await env.DB.prepare(`DROP TABLE IF EXISTS "${name.replaceAll('"', '""')}"`).run()
  }
  await env.DB.batch([
    env.DB.prepare(
      'CREATE TABLE orders (id INTEGER PRIMARY KEY, customer TEXT, total INT, code TEXT UNIQUE)',
    ),
    env.DB.prepare('CREATE INDEX by_customer ON orders (customer)'),
    env.DB.prepare('CREATE INDEX "by total" ON orders (total)'),
    env.DB.prepare('CREATE UNIQUE INDEX by_code ON orders (code, id)'),
    env.DB.prepare('CREATE TABLE "odd ""name" (a)'),
    env.DB.prepare(
      `INSERT INTO orders (customer, total, code) VALUES ('a', 1, 'x'), ('a', 2, 'y'), ('b', 3, 'z')`,
    ),
  ])
})

/** Inspects the database in a request. */
const inspected = async (options?: InspectD1Options) => {
  const { value, error, capture, spans } = await inRequest(env, (bound) =>
    inspectD1(bound, 'DB', options),
  )
  expect(error).toBeUndefined()
  return { report: value, capture, spans }
}

describe('what a database is', () => {
  it('has a size, tables and indexes, without SQLite’s and D1’s own', async () => {
    const { report } = await inspected()
    expect(report?.sizeBytes).toBeGreaterThanOrEqual(4096)
    expect(report?.tables).toEqual([
      { name: 'odd "name', rows: undefined, rowsFrom: undefined },
      { name: 'orders', rows: undefined, rowsFrom: undefined },
    ])
    expect(report?.indexes).toEqual([
      { name: 'by total', table: 'orders', isUnique: false, statements: undefined },
      { name: 'by_code', table: 'orders', isUnique: true, statements: undefined },
      { name: 'by_customer', table: 'orders', isUnique: false, statements: undefined },
      { name: 'sqlite_autoindex_orders_1', table: 'orders', isUnique: true, statements: undefined },
    ])
    expect(report?.plans).toEqual([])
    // The schema's, more than once.
    expect(report?.rowsRead).toBeLessThan(40)
  })

  it('has rows as of its statistics, and counts up to a limit where there are none', async () => {
    const { report: limited } = await inspected({ countUpTo: 2 })
    expect(limited?.tables).toEqual([
      { name: 'odd "name', rows: 0, rowsFrom: 'count' },
      { name: 'orders', rows: 2, rowsFrom: 'limit' },
    ])
    await env.DB.prepare('ANALYZE').run()
    await env.DB.prepare(`INSERT INTO orders (customer) VALUES ('later')`).run()
    const { report } = await inspected({ countUpTo: 100 })
    expect(report?.tables).toEqual([
      { name: 'odd "name', rows: 0, rowsFrom: 'count' },
      { name: 'orders', rows: 3, rowsFrom: 'statistics' },
    ])
  })
})

it('looks at 500 tables and 500 indexes, counts all, and says that it left some out', async () => {
  const { report: small } = await inspected({ statements: ['SELECT 1'] })
  expect(small).toMatchObject({ tableCount: 2, indexCount: 4, isCut: false })
  const names = Array.from({ length: 600 }, (_, i) => `t${String(i).padStart(3, '0')}`)
  await env.DB.batch(
    names.flatMap((name) => [
      env.DB.prepare(`CREATE TABLE ${name} (a)`),
      env.DB.prepare(`CREATE INDEX ${name}_a ON ${name} (a)`),
      env.DB.prepare(`INSERT INTO ${name} VALUES (1)`),
    ]),
  )
  await env.DB.prepare('ANALYZE').run()
  const { report, capture } = await inspected()
  expect(report).toMatchObject({ tableCount: 602, indexCount: 604, isCut: true })
  expect(report?.tables).toHaveLength(500)
  expect(report?.indexes).toHaveLength(500)
  expect(report?.tables.at(-1)).toEqual({ name: 't497', rows: 1, rowsFrom: 'statistics' })
  expect(report?.rowsRead).toBeLessThan(6 * 1206)
  expect(capture.points('hono.d1.tables').map(({ value }) => value)).toEqual([602])
  const { report: fewer } = await inspected({ statements: new Array(101).fill('SELECT 1') })
  expect(fewer?.isCut).toBe(true)
}, 120_000)

describe('what statements do with it', () => {
  it.each<[string, string[], boolean]>([
    ['SELECT * FROM orders WHERE customer = ?', ['by_customer'], false],
    ['SELECT customer FROM orders o WHERE o.customer = ?1 AND ?3 > 1', ['by_customer'], false],
    ['SELECT * FROM orders WHERE total > ? -- ? \n;', ['by total'], false],
    ['UPDATE orders SET total = ? WHERE code = ?', ['sqlite_autoindex_orders_1'], false],
    ['SELECT * FROM orders WHERE id = ?', [], false],
    ['SELECT * FROM orders WHERE lower(customer) = ?', [], true],
    ['DELETE FROM orders WHERE total + 1 = ?', [], true],
    ['INSERT INTO orders (customer) VALUES (?)', [], false],
    ['SELECT * FROM (VALUES (1), (2))', [], false],
    ['WITH mine AS MATERIALIZED (SELECT * FROM orders WHERE id = 1) SELECT * FROM mine', [], false],
    [
      `SELECT * FROM orders o LEFT JOIN "odd ""name" b ON b.a = o.code WHERE o.customer > ?`,
      ['by_customer'],
      true,
    ],
    [`SELECT * FROM "odd ""name" a JOIN "odd ""name" b ON a.a = b.a`, [], true],
    ['SELECT customer FROM orders', [], true],
    ['SELECT count(*) FROM orders', [], true],
    ['SELECT * FROM orders ORDER BY total', [], true],
    ['SELECT max(total) FROM orders', ['by total'], false],
    ['SELECT * FROM orders WHERE customer = ? OR total = ?', ['by_customer', 'by total'], false],
    [
      'WITH mine AS MATERIALIZED (SELECT * FROM orders WHERE id = 1) SELECT * FROM Mine AS y',
      [],
      false,
    ],
    [
      'WITH mine AS MATERIALIZED (SELECT * FROM orders WHERE id = 1) SELECT * FROM mine "a b"',
      [],
      false,
    ],
    ['WITH mine AS MATERIALIZED (SELECT * FROM orders) SELECT * FROM mine AS orders', [], true],
    [
      'SELECT * FROM (SELECT code, count(*) AS n FROM orders WHERE id + 1 = 2 GROUP BY total) AS orders',
      [],
      true,
    ],
    [
      `SELECT * FROM orders o LEFT JOIN (SELECT id FROM orders WHERE id = 1 LIMIT 1) q ON q.id > o.id WHERE o.customer = 'a'`,
      ['by_customer'],
      false,
    ],
    [
      'WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT m.n + 1 FROM r m WHERE m.n < 5) SELECT * FROM r AS t',
      [],
      false,
    ],
    [
      'WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < 5) SELECT * FROM r AS t, orders',
      [],
      true,
    ],
  ])('%s', async (statement, indexes, scansTable) => {
    const { report } = await inspected({ statements: [statement] })
    expect(report?.plans).toEqual([{ statement, indexes, scansTable, error: undefined }])
  })

  it('counts those that use an index, and runs none of them', async () => {
    const { report } = await inspected({
      statements: [
        'SELECT * FROM orders WHERE customer = ?',
        'DELETE FROM orders WHERE customer = ? AND total + 1 = 7',
        'DROP TABLE orders',
        'DELETE FROM orders',
      ],
    })
    expect(report?.indexes.map(({ name, statements }) => [name, statements])).toEqual([
      ['by total', 0],
      ['by_code', 0],
      ['by_customer', 2],
      ['sqlite_autoindex_orders_1', 0],
    ])
    const left = await env.DB.prepare('SELECT count(*) AS n FROM orders').first('n')
    expect(left).toBe(3)
  })

  it.each([
    ['SELECT 1; DELETE FROM orders', 'It is more than one statement.'],
    ['EXPLAIN QUERY PLAN SELECT 1; DELETE FROM orders;', 'It is more than one statement.'],
    ['/* seen */ pragma case_sensitive_like = 1;', 'It is a PRAGMA.'],
    ['SELECT * FROM nowhere', 'no such table: nowhere'],
    ['', 'incomplete input'],
  ])('says why %j has no plan, and leaves the data alone', async (statement, error) => {
    const { report } = await inspected({ statements: [statement, 'SELECT 1'] })
    expect(report?.plans[0]).toMatchObject({ indexes: [], scansTable: false })
    expect(report?.plans[0]?.error).toContain(error)
    expect(report?.plans[1]?.error).toBeUndefined()
    expect(await env.DB.prepare('SELECT count(*) AS n FROM orders').first('n')).toBe(3)
    expect(await env.DB.prepare("SELECT 'a' LIKE 'A' AS n").first('n')).toBe(1)
  })

  it('looks at no more than 100', async () => {
    const { report } = await inspected({ statements: new Array(150).fill('SELECT 1') })
    expect(report?.plans).toHaveLength(100)
  })
})

it('tells it as gauges, and leaves no span of its own', async () => {
  const { capture, spans, report } = await inspected({
    countUpTo: 100,
    statements: ['SELECT * FROM orders WHERE customer = ?', 'SELECT * FROM orders'],
  })
  expect(spans).toEqual([])
  const valuesOf = (name: string) =>
    capture.points(name).map(({ attributes, value }) => ({ ...attributes, value }))
  const binding = { 'cloudflare.binding.name': 'DB' }
  const orders = { ...binding, 'db.collection.name': 'orders' }
  expect(valuesOf('hono.d1.size')).toEqual([{ ...binding, value: report?.sizeBytes }])
  expect(valuesOf('hono.d1.tables')).toEqual([{ ...binding, value: 2 }])
  expect(valuesOf('hono.d1.table.rows')).toContainEqual({ ...orders, value: 3 })
  expect(valuesOf('hono.d1.index.statements')).toEqual(
    expect.arrayContaining([
      { ...orders, 'hono.d1.index': 'by_customer', value: 1 },
      { ...orders, 'hono.d1.index': 'by total', value: 0 },
    ]),
  )
  expect(valuesOf('hono.d1.scanning_statements')).toEqual([{ ...binding, value: 1 }])
})

it('says in the log that a database does not answer, and is undefined', async () => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
  const broken = {
    DB: {
      prepare: () => ({
        all: () => Promise.reject(new Error('D1_ERROR: overloaded')),
      }),
    },
  }
  const { value, error } = await inRequest(broken, (bound) => inspectD1(bound, 'DB'), undefined, {
    logs: true,
  })
  expect([value, error]).toEqual([undefined, undefined])
  expect(String(warn.mock.calls)).toContain('cannot inspect DB')
  warn.mockRestore()
})

it.each<[unknown, string, InspectD1Options | undefined, RegExp]>([
  [env, 'NONE', undefined, /`name` must be that of a D1 binding of `env`, received NONE/],
  [env, 'CACHE', undefined, /`name` must be that of a D1 binding/],
  [undefined, 'DB', undefined, /`name` must be that of a D1 binding/],
  [env, 'DB', { statements: 'SELECT 1' as never }, /`statements` must be an array of texts/],
  [
    env,
    'DB',
    { statements: ['SELECT 1', 7] as never },
    /`statements\[1\]` must be a text, received 7/,
  ],
  [
    env,
    'DB',
    { statements: null as never },
    /`statements` must be an array of texts, received null/,
  ],
  [
    env,
    'DB',
    { countUpTo: '5' as never },
    /`countUpTo` must be a whole number from 0 on, received "5"/,
  ],
  [env, 'DB', 'x' as never, /`options` must be an object, received \[redacted\]/],
  [env, 'DB', [] as never, /`options` must be an object, received array/],
  [env, 'DB', null as never, /`options` must be an object, received null/],
  [
    env,
    'DB',
    { bogus: 1 } as never,
    /`bogus` is not an option, expected one of `statements`, `countUpTo`/,
  ],
  [env, 'DB', { countUpTo: -1 }, /`countUpTo` must be a whole number from 0 on, received -1/],
])('refuses what is wrong in code: %#', async (given, name, options, message) => {
  await expect(inspectD1(given, name, options)).rejects.toThrow(message)
})
