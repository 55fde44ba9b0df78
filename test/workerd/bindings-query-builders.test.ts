import { env } from 'cloudflare:test'
import { count, eq, gt, sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import { integer, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import { type Generated, Kysely } from 'kysely'
import { D1Dialect } from 'kysely-d1'
import { beforeEach, describe, expect, it } from 'vitest'
import { inRequest } from './bindings-support.ts'

const ERROR = 2

type Database = typeof env.DB

const reset = async (): Promise<void> => {
  await env.DB.batch([
    env.DB.prepare('DROP TABLE IF EXISTS items'),
    env.DB.prepare('CREATE TABLE items (id INTEGER PRIMARY KEY, name TEXT UNIQUE)'),
    env.DB.prepare(`INSERT INTO items (id, name) VALUES (1, 'tea'), (2, 'cup')`),
  ])
}

beforeEach(reset)

const outcome = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    (value) => value,
    (error: Error) => [error.name, error.message, (error.cause as Error | undefined)?.message],
  )

/** Timings differ from one run to the next. */
const comparable = (value: unknown): unknown =>
  JSON.parse(
    JSON.stringify(value, (key, part) => (key === 'meta' || key === 'duration' ? undefined : part)),
  )

/** Runs the same on the platform's database and on the instrumented one. */
const both = async (use: (database: Database) => Promise<unknown>) => {
  const raw = await use(env.DB)
  await reset()
  const outcome = await inRequest(
    env,
    ({ DB }) => use(DB),
    {},
    { metrics: { temporality: 'delta' } },
  )
  expect(outcome.error).toBeUndefined()
  expect(comparable(outcome.value)).toEqual(comparable(raw))
  return outcome
}

describe('Drizzle', () => {
  const items = sqliteTable('items', {
    id: integer('id').primaryKey(),
    name: text('name').unique(),
  })

  it('reads and writes as on the raw database, a span for each query', async () => {
    const { spans, capture, value } = await both(async (database) => {
      const db = drizzle(database, { schema: { items } })
      return [
        await db.select().from(items).where(gt(items.id, 0)),
        await db.query.items.findFirst({ where: eq(items.name, 's3cret') }),
        await db.insert(items).values({ id: 7, name: 's3cret' }).returning(),
        await db.update(items).set({ name: 'pot' }).where(eq(items.id, 7)),
        await db.select({ total: count() }).from(items).get(),
        await db.select().from(items).values(),
        await db.run(sql`DELETE FROM items WHERE id = ${7}`),
        await db.select().from(items).prepare().all(),
        await db.$count(items),
      ]
    })
    expect((value as unknown[])[0]).toEqual([
      { id: 1, name: 'tea' },
      { id: 2, name: 'cup' },
    ])
    expect(spans.map(({ name }) => name)).toEqual([
      'SELECT items',
      'SELECT items',
      'INSERT items',
      'UPDATE items',
      'SELECT items',
      'SELECT items',
      'DELETE items',
      'SELECT items',
      'SELECT items',
    ])
    expect(spans[0]?.attributes['db.query.text']).toBe(
      'select "id", "name" from "items" where "items"."id" > ?',
    )
    expect(capture.text).not.toContain('s3cret')
    const selects = capture
      .points('db.client.operation.duration')
      .filter(({ attributes }) => attributes['db.operation.name'] === 'SELECT')
    expect(selects).toMatchObject([{ count: 6, attributes: { 'db.collection.name': 'items' } }])
  })

  it('sends batches as one', async () => {
    const { spans } = await both((database) => {
      const db = drizzle(database)
      return db.batch([
        db.insert(items).values({ id: 3, name: 'pot' }),
        db.insert(items).values({ id: 4, name: 'jug' }).returning(),
        db.insert(items).values({ id: 5, name: 'pan' }),
      ])
    })
    expect(spans).toMatchObject([
      { name: 'BATCH INSERT items', attributes: { 'db.operation.batch.size': 3 } },
    ])
  })

  it('fails as on the raw database', async () => {
    const { spans } = await both((database) =>
      outcome(drizzle(database).insert(items).values({ id: 9, name: 'tea' }).run()),
    )
    expect(spans).toMatchObject([{ name: 'INSERT items', status: { code: ERROR } }])
  })
})

describe('Kysely', () => {
  interface Schema {
    items: { id: Generated<number>; name: string }
  }

  const kysely = (database: Database): Kysely<Schema> =>
    new Kysely<Schema>({ dialect: new D1Dialect({ database }) })

  it('reads and writes as on the raw database, a span for each query', async () => {
    const { spans, capture, value } = await both(async (database) => {
      const db = kysely(database)
      const inserted = await db.insertInto('items').values({ name: 's3cret' }).executeTakeFirst()
      const updated = await db
        .updateTable('items')
        .set({ name: 'pot' })
        .where('name', '=', 's3cret')
        .executeTakeFirst()
      const removed = await db.deleteFrom('items').where('id', '=', 2).executeTakeFirst()
      return [
        await db.selectFrom('items').selectAll().where('id', '>', 0).execute(),
        String(inserted.insertId),
        String(updated.numUpdatedRows),
        String(removed.numDeletedRows),
      ]
    })
    expect(value).toEqual([
      [
        { id: 1, name: 'tea' },
        { id: 3, name: 'pot' },
      ],
      '3',
      '1',
      '1',
    ])
    expect(spans.map(({ name }) => name)).toEqual([
      'INSERT items',
      'UPDATE items',
      'DELETE items',
      'SELECT items',
    ])
    expect(spans[3]?.attributes['db.query.text']).toBe('select * from "items" where "id" > ?')
    expect(capture.text).not.toContain('s3cret')
    expect(capture.points('db.client.operation.duration')).toHaveLength(4)
  })

  it('fails as on the raw database', async () => {
    const { spans } = await both((database) =>
      outcome(kysely(database).insertInto('items').values({ name: 'tea' }).execute()),
    )
    expect(spans).toMatchObject([{ name: 'INSERT items', status: { code: ERROR } }])
  })
})
