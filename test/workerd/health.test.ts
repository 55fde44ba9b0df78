import { createExecutionContext, env, waitOnExecutionContext } from 'cloudflare:test'
import {
  d1,
  type HealthCheck,
  type HealthReport,
  healthRoutes,
  kv,
} from 'hono-observability/health'
import { beforeAll, expect, it } from 'vitest'

declare global {
  namespace Cloudflare {
    interface Env {
      CACHE: KVNamespace
      DB: D1Database
    }
  }
}

beforeAll(async () => {
  await env.DB.batch([
    env.DB.prepare('CREATE TABLE orders (id INTEGER PRIMARY KEY)'),
    env.DB.prepare('CREATE TABLE d1_migrations (id INTEGER PRIMARY KEY, name TEXT UNIQUE)'),
    env.DB.prepare(`INSERT INTO d1_migrations (name) VALUES ('0001_init.sql'), ('0012_more.sql')`),
  ])
})

function routes(checks: Record<string, HealthCheck>) {
  return healthRoutes({ checks, authorize: () => true, onStatusChange: () => {} })
}

interface Answer {
  status: number
  text: string
  report: HealthReport
}

async function probe(
  app: ReturnType<typeof healthRoutes>,
  path: string,
  bindings: object = env,
): Promise<Answer> {
  const ctx = createExecutionContext()
  const response = await app.request(path, {}, bindings, ctx)
  const text = await response.text()
  await waitOnExecutionContext(ctx)
  return { status: response.status, text, report: JSON.parse(text) }
}

/** The binding, with its calls counted. */
function counted(binding: object): { binding: object; calls: string[] } {
  const calls: string[] = []
  const proxy = new Proxy(binding, {
    get(target, name) {
      const value = Reflect.get(target, name)
      if (typeof value !== 'function') return value
      return (...args: unknown[]) => {
        calls.push(String(name))
        return value.apply(target, args)
      }
    },
  })
  return { binding: proxy, calls }
}

it('passes with a real KV namespace and a real D1 database', async () => {
  const app = routes({
    cache: kv('CACHE'),
    writable: kv('CACHE', { write: true }),
    db: d1('DB'),
    orders: d1('DB', { statement: 'SELECT id FROM orders LIMIT 1' }),
    migrated: d1('DB', { migration: 12 }),
  })
  const { status, report } = await probe(app, '/health')
  expect([status, report.status]).toEqual([200, 'pass'])
  expect(Object.keys(report.checks ?? {})).toHaveLength(5)
})

it('leaves nothing behind in KV after a write', async () => {
  await probe(routes({ cache: kv('CACHE', { write: true }) }), '/readyz')
  expect((await env.CACHE.list()).keys).toEqual([])
})

it.each([
  ['a statement that fails', d1('DB', { statement: 'SELEC 1' }), 'syntax error'],
  ['a table that is gone', d1('DB', { statement: 'SELECT * FROM gone' }), 'no such table: gone'],
  ['a migration that is not applied', d1('DB', { migration: 13 }), 'last migration is 12'],
  [
    'no table of migrations',
    d1('DB', { migration: 1, migrationsTable: 'gone' }),
    'no such table: gone',
  ],
])('answers 503 for %s, and keeps the reason out of the public body', async (_, db, reason) => {
  const app = routes({ db })
  const { status, text } = await probe(app, '/readyz')
  expect([status, text]).toEqual([503, '{"status":"fail","checks":{"db":[{"status":"fail"}]}}'])
  expect((await probe(app, '/health/detailed')).text).toContain(reason)
})

it('answers 503 when a table is dropped, and recovers when it is back', async () => {
  await env.DB.exec('CREATE TABLE dropped (id INTEGER)')
  const app = routes({
    db: d1('DB', {
      statement: 'SELECT id FROM dropped',
      cacheMs: 0,
      failureThreshold: 2,
      successThreshold: 2,
    }),
  })
  const statuses: [number, string][] = []
  async function note(): Promise<void> {
    const { status, report } = await probe(app, '/readyz')
    statuses.push([status, report.status])
  }
  await note()
  await env.DB.exec('DROP TABLE dropped')
  await note()
  await note()
  await env.DB.exec('CREATE TABLE dropped (id INTEGER)')
  await note()
  await note()
  expect(statuses).toEqual([
    [200, 'pass'],
    [200, 'warn'],
    [503, 'fail'],
    [503, 'fail'],
    [200, 'pass'],
  ])
})

it('answers 200 and warn when a check fails that is not critical', async () => {
  const app = routes({
    cache: kv('CACHE'),
    db: d1('DB', { statement: 'SELECT * FROM gone', critical: false }),
  })
  const { status, report } = await probe(app, '/health')
  expect([status, report.status]).toEqual([200, 'warn'])
  expect((await probe(app, '/readyz')).report.status).toBe('pass')
})

it('reads each backend once for a thousand probes at the same time', async () => {
  const cache = counted(env.CACHE)
  const db = counted(env.DB)
  const app = routes({ cache: kv('CACHE'), db: d1('DB') })
  const bindings = { CACHE: cache.binding, DB: db.binding }
  const answers = await Promise.all(
    Array.from({ length: 1000 }, () => probe(app, '/readyz', bindings)),
  )
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1000)
  expect([cache.calls, db.calls]).toEqual([['get'], ['prepare']])
})

it('answers 503 within the time-out when KV hangs', async () => {
  const hanging = { get: () => new Promise<string>(() => {}) }
  const app = routes({ cache: kv('CACHE', { timeoutMs: 200 }) })
  const startMs = Date.now()
  const { status, report } = await probe(app, '/readyz', { ...env, CACHE: hanging })
  expect(Date.now() - startMs).toBeLessThan(250)
  expect([status, report.checks]).toEqual([503, { cache: [{ status: 'fail' }] }])
})

it('names the bindings there are when one is misspelt', async () => {
  const app = routes({ db: d1('BD') })
  let message = ''
  app.onError((error, c) => {
    message = error.message
    return c.json({}, 500)
  })
  const { status, text } = await probe(app, '/readyz')
  expect([status, text]).toEqual([500, '{}'])
  expect(message).toMatch(/on a binding with prepare\(\) \(there is .*\bDB\b.*\), received BD$/)
})
