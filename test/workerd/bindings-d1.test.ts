import { env } from 'cloudflare:test'
import { beforeEach, expect, it } from 'vitest'
import { inRequest } from './bindings-support.ts'

const ERROR = 2
const CLIENT = 3

beforeEach(async () => {
  await env.DB.batch([
    env.DB.prepare('DROP TABLE IF EXISTS items'),
    env.DB.prepare('CREATE TABLE items (id INTEGER PRIMARY KEY, name TEXT UNIQUE)'),
    env.DB.prepare(`INSERT INTO items (id, name) VALUES (1, 'tea'), (2, 'cup')`),
  ])
})

it('makes a client span of a query, with its text, its table and what it read', async () => {
  const { spans, value } = await inRequest(env, ({ DB }) =>
    DB.prepare('SELECT * FROM items WHERE id > ?').bind(0).all(),
  )
  expect(value?.results).toEqual([
    { id: 1, name: 'tea' },
    { id: 2, name: 'cup' },
  ])
  expect(spans).toHaveLength(1)
  expect(spans[0]).toMatchObject({ name: 'SELECT items', kind: CLIENT })
  expect(spans[0]?.status).toBeUndefined()
  expect(spans[0]?.attributes).toMatchObject({
    'db.system.name': 'sqlite',
    'db.namespace': 'DB',
    'db.operation.name': 'SELECT',
    'db.collection.name': 'items',
    'db.query.summary': 'SELECT items',
    'db.query.text': 'SELECT * FROM items WHERE id > ?',
    'db.response.returned_rows': 2,
    'cloudflare.binding.type': 'D1',
    'cloudflare.d1.response.rows_read': 2,
    'cloudflare.d1.response.rows_written': 0,
    'cloudflare.d1.response.sql_duration_ms': expect.any(Number),
  })
  expect(spans[0]?.attributes).not.toHaveProperty('db.operation.batch.size')
})

it('covers first, run, raw, exec and sessions, with unchanged results', async () => {
  const use = async ({ DB }: typeof env) => {
    const statement = DB.prepare('SELECT name FROM items WHERE id = ?')
    const session = DB.withSession('first-primary')
    return [
      await statement.bind(1).first(),
      await statement.bind(1).first('name'),
      await statement.bind(9).first(),
      await statement.bind(2).raw({ columnNames: true }),
      (await DB.prepare('DELETE FROM items WHERE id = ?').bind(9).run()).success,
      (await DB.exec('SELECT 1;\nSELECT 2')).count,
      (await session.prepare('SELECT 3 AS three').all()).results,
      typeof session.getBookmark(),
    ]
  }
  const { spans, value, error } = await inRequest(env, use)
  expect(error).toBeUndefined()
  expect(value).toEqual(await use(env))
  expect(spans.map(({ name }) => name)).toEqual([
    'SELECT items',
    'SELECT items',
    'SELECT items',
    'SELECT items',
    'DELETE items',
    'EXEC DB',
    'SELECT DB',
  ])
  expect(spans.map(({ attributes }) => attributes['db.response.returned_rows'])).toEqual([
    1,
    1,
    0,
    2,
    0,
    undefined,
    1,
  ])
  expect(spans[5]?.attributes['db.operation.batch.size']).toBe(2)
})

it('makes one span of a batch, with its size and the sum of what it wrote', async () => {
  const { spans, value } = await inRequest(env, ({ DB }) => {
    const insert = DB.prepare('INSERT INTO items (name) VALUES (?)')
    return DB.batch([insert.bind('pot'), insert.bind('jug')])
  })
  expect(value?.map(({ success }) => success)).toEqual([true, true])
  expect(spans).toHaveLength(1)
  expect(spans[0]?.name).toBe('BATCH INSERT items')
  expect(spans[0]?.attributes).toMatchObject({
    'db.operation.name': 'BATCH INSERT',
    'db.operation.batch.size': 2,
    'db.query.summary': 'BATCH INSERT items',
    'db.query.text': 'INSERT INTO items (name) VALUES (?)',
    'cloudflare.d1.response.changes': 2,
  })
  expect(spans[0]?.attributes['cloudflare.d1.response.rows_written']).toBeGreaterThanOrEqual(2)
})

it('tells a batch of different statements by no operation, and one of one as a single query', async () => {
  const { spans } = await inRequest(env, async ({ DB }) => {
    await DB.batch([DB.prepare('SELECT 1'), DB.prepare('DELETE FROM items')])
    await DB.batch([DB.prepare('SELECT id FROM items')])
  })
  expect(spans.map(({ name }) => name)).toEqual(['BATCH DB', 'SELECT items'])
  expect(spans[0]?.attributes).toMatchObject({
    'db.query.summary': 'BATCH',
    'db.query.text': 'SELECT ?; DELETE FROM items',
  })
  expect(spans[1]?.attributes['db.query.summary']).toBe('SELECT items')
  expect(spans[1]?.attributes).not.toHaveProperty('db.operation.batch.size')
})

it('puts ? for what D1 takes for a value in double quotes, by every way a statement goes', async () => {
  const { spans, capture, value } = await inRequest(env, async ({ DB }) => {
    await DB.prepare('INSERT INTO items (name) VALUES ("s3cret@a")').run()
    await DB.exec('INSERT INTO "items" ("name") VALUES ("s3cret@b") -- s3cret')
    await DB.batch([
      DB.prepare('INSERT INTO main."items" (name) VALUES ("s3cret@c")'),
      DB.prepare('UPDATE [items] SET "name" = "s3cret@d" WHERE "name" = "cup"'),
    ])
    await DB.withSession().prepare('SELECT "id" FROM items WHERE name LIKE "s3cret%"').all()
    return DB.prepare('SELECT name "the name" FROM items ORDER BY id').raw()
  })
  // D1 did take them for values, whatever they look like.
  expect(value?.flat()).toEqual(['tea', 's3cret@d', 's3cret@a', 's3cret@b', 's3cret@c'])
  expect(capture.text).not.toContain('s3cret')
  expect(spans.map(({ attributes }) => attributes['db.query.text'])).toEqual([
    'INSERT INTO items (name) VALUES (?)',
    'INSERT INTO "items" ("name") VALUES (?)',
    'INSERT INTO main."items" (name) VALUES (?); UPDATE [items] SET "name" = ? WHERE ? = ?',
    'SELECT ? FROM items WHERE name LIKE ?',
    'SELECT name "the name" FROM items ORDER BY id',
  ])
})

it.each([
  ['SELECT * FROM "order items"', 'SELECT order items', 'SELECT "order items"'],
  ['SELECT * FROM "main"."items"', 'SELECT main.items', 'SELECT "main"."items"'],
  ['SELECT * FROM café_ü1', 'SELECT café_ü1', 'SELECT café_ü1'],
  ['WITH r AS (SELECT * FROM items) SELECT * FROM r', 'SELECT items', 'SELECT items SELECT'],
  [
    'INSERT INTO items (id, name) VALUES (1, 2) ON CONFLICT (id) DO UPDATE SET name = 3',
    'INSERT items',
    'INSERT items',
  ],
  ['CREATE TABLE IF NOT EXISTS café_ü1 (a)', 'CREATE TABLE café_ü1', 'CREATE TABLE café_ü1'],
  [
    'CREATE VIEW IF NOT EXISTS v AS SELECT * FROM items',
    'CREATE VIEW v',
    'CREATE VIEW v SELECT items',
  ],
  ['SELECT * FROM (SELECT 1) AS x, items', 'SELECT items', 'SELECT SELECT items'],
])('tells what %s does, as D1 does it', async (statement, name, summary) => {
  await env.DB.batch([
    env.DB.prepare('CREATE TABLE IF NOT EXISTS "order items" (a)'),
    env.DB.prepare('CREATE TABLE IF NOT EXISTS "café_ü1" (a)'),
  ])
  const { spans, error } = await inRequest(env, ({ DB }) => DB.prepare(statement).all())
  expect(error).toBeUndefined()
  expect(spans).toMatchObject([{ name, attributes: { 'db.query.summary': summary } }])
})

it('ends the span of a failing query, with the code of the error', async () => {
  const { spans, error, capture } = await inRequest(
    env,
    ({ DB }) => DB.prepare('INSERT INTO items (name) VALUES (?)').bind('tea').run(),
    {},
    { metrics: { temporality: 'delta' } },
  )
  expect((error as Error).message).toContain('UNIQUE constraint failed')
  expect(spans).toHaveLength(1)
  expect(spans[0]?.status).toMatchObject({ code: ERROR })
  expect(spans[0]?.attributes['error.type']).toMatch(/^SQLITE_CONSTRAINT/)
  const [point] = capture.points('db.client.operation.duration')
  expect(point).toMatchObject({ count: 1 })
  expect(point?.attributes['error.type']).toMatch(/^SQLITE_CONSTRAINT/)
})

it('records neither bound values nor literals', async () => {
  const { capture } = await inRequest(env, async ({ DB }) => {
    await DB.prepare('SELECT * FROM items WHERE name = ?').bind('s3cret').all()
    await DB.prepare(`SELECT * FROM items WHERE name = 's3cret' AND id = 4711`).all()
    await DB.exec(`DELETE FROM items WHERE name = 's3cret' -- s3cret`)
    // As query builders do with a statement written by hand.
    await DB.prepare(`SELECT * FROM items WHERE name = 's3cret'`).bind().all()
  })
  expect(capture.text).not.toContain('s3cret')
  expect(capture.text).not.toContain('4711')
  expect(capture.text).toContain('SELECT * FROM items WHERE name = ? AND id = ?')
})

it('leaves the text out when asked', async () => {
  const { spans } = await inRequest(env, ({ DB }) => DB.prepare('SELECT 1').first(), {
    queryText: false,
  })
  expect(spans[0]?.attributes).not.toHaveProperty('db.query.text')
})

it('measures db.client.operation.duration, with exemplars, and few attributes', async () => {
  const { capture, spans } = await inRequest(env, async ({ DB }) => {
    const statement = DB.prepare('SELECT * FROM items WHERE id = ?')
    await statement.bind(1).all()
    await statement.bind(2).first()
  })
  const points = capture.points('db.client.operation.duration')
  expect(points).toHaveLength(1)
  expect(points[0]).toMatchObject({
    count: 2,
    attributes: {
      'db.system.name': 'sqlite',
      'db.operation.name': 'SELECT',
      'db.namespace': 'DB',
      'db.collection.name': 'items',
    },
  })
  expect(Object.keys(points[0]?.attributes ?? {})).toHaveLength(4)
  expect(points[0]?.exemplars[0]?.traceId).toBe(spans[0]?.traceId)
})

it('runs a statement that was prepared outside of any request', async () => {
  const { instrumentBindings } = await import('hono-observability/bindings')
  const { DB } = instrumentBindings(env)
  const statement = DB.prepare('SELECT name FROM items WHERE id = ?')
  const { spans, value } = await inRequest(env, () => statement.bind(1).first('name'))
  expect(value).toBe('tea')
  expect(spans).toHaveLength(1)
  expect(await statement.bind(2).first('name')).toBe('cup')
})

it('a statement that fails says nowhere what its values were', async () => {
  const { spans } = await inRequest(env, async ({ DB }) => {
    const statements = [
      "INSERT INTO items (id, name) VALUES (1, 'alice@example.com')",
      "UPDATE nope SET email = 'alice@example.com' WHERE pw = 'topsecret'",
      "SELECT json('topsecret'), json_extract('{}', 'topsecret')",
      "SELECT 'it's topsecret'",
    ]
    for (const statement of statements) {
      await DB.exec(statement).catch(() => {})
      await DB.prepare(statement)
        .all()
        .catch(() => {})
    }
  })
  expect(spans.filter(({ status }) => status?.code === ERROR)).toHaveLength(8)
  expect(JSON.stringify(spans)).toMatch(/UNIQUE constraint failed: items.id/)
  expect(JSON.stringify(spans)).not.toMatch(/alice|topsecret/)
})

it('the error of a query names who has called, as without us', async () => {
  const stackOf = async ({ DB }: typeof env): Promise<string | undefined> => {
    const callerOfQuery = async (): Promise<unknown> => await DB.prepare('SELEC').all()
    try {
      await callerOfQuery()
      return undefined
    } catch (error) {
      return (error as Error).stack
    }
  }
  expect(await stackOf(env)).toContain('callerOfQuery')
  const { value } = await inRequest(env, stackOf)
  expect(value).toContain('callerOfQuery')
})
