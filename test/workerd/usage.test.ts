import { env } from 'cloudflare:test'
import { bindings } from 'hono-observability/bindings'
import { BudgetExceededError, usage } from 'hono-observability/usage'
import { beforeEach, expect, it } from 'vitest'
import { inRequest } from './bindings-support.ts'

beforeEach(async () => {
  await env.DB.batch([
    env.DB.prepare('DROP TABLE IF EXISTS goods'),
    env.DB.prepare('CREATE TABLE goods (id INTEGER PRIMARY KEY, name TEXT)'),
    ...Array.from({ length: 20 }, (_, id) =>
      env.DB.prepare('INSERT INTO goods (id, name) VALUES (?, ?)').bind(id, `n${id}`),
    ),
  ])
})

it('a loop of queries is stopped at its limit, and a scan is named', async () => {
  let made = 0
  const { capture, error } = await inRequest(
    env,
    async ({ DB }) => {
      for (; made < 50; made++) {
        await DB.prepare('SELECT * FROM goods WHERE name = ?').bind('n3').all()
      }
    },
    undefined,
    {
      bindings: bindings({
        usage: usage({
          limits: { request: { d1RowsRead: 100 } },
          enforce: true,
          findings: { scannedRows: 20 },
        }),
      }),
    },
  )
  expect(made).toBe(5)
  expect(error).toBeInstanceOf(BudgetExceededError)
  expect(error).toMatchObject({
    budget: 'd1RowsRead',
    used: 100,
    route: 'GET /',
    calls: [{ name: 'SELECT goods', count: 5, used: 100 }],
  })
  const server = capture.spans.find(({ kind }) => kind === 2)
  expect(server?.attributes['hono.usage.d1.rows_read']).toBe(100)
})

it('rows of D1 are those that it says it read and wrote, and keys of KV each count', async () => {
  const { capture, error } = await inRequest(
    env,
    async ({ DB, CACHE }) => {
      await DB.prepare('SELECT * FROM goods WHERE name = ?').bind('n3').all()
      await DB.prepare('SELECT * FROM goods WHERE id = ?').bind(3).all()
      await DB.prepare("INSERT INTO goods (id, name) VALUES (99, 'x')").run()
      await CACHE.put('a', '1')
      await CACHE.get(['a', 'b'])
      await CACHE.delete('a')
    },
    undefined,
    { bindings: bindings({ usage: usage() }) },
  )
  expect(error).toBeUndefined()
  const server = capture.spans.find(({ kind }) => kind === 2)
  const rows = capture.spans.map(({ attributes }) =>
    Number(attributes['cloudflare.d1.response.rows_read'] ?? 0),
  )
  expect(rows.toSorted((a, b) => b - a)[0]).toBe(20)
  expect(server?.attributes).toMatchObject({
    'hono.usage.subrequests': 6,
    'hono.usage.d1.queries': 3,
    'hono.usage.d1.rows_read': rows.reduce((sum, each) => sum + each, 0),
    'hono.usage.kv.reads': 2,
    'hono.usage.kv.writes': 1,
    'hono.usage.kv.deletes': 1,
  })
  expect(server?.attributes['hono.usage.d1.rows_written']).toBeGreaterThanOrEqual(1)
})
