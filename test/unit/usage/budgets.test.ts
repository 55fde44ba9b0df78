import { BudgetExceededError, type UsageOptions, usage } from 'hono-observability/usage'
import { expect, it } from 'vitest'
import { database, inApp, keyValues } from './in-app.ts'

const shop = (options: UsageOptions, seen: { error?: unknown; left?: number } = {}) => {
  const env = { DB: database(), CACHE: keyValues() }
  return inApp(env, { usage: usage(options) }, (app) => {
    app.get('/loop/:count', async (c) => {
      try {
        for (let i = 0; i < Number(c.req.param('count')); i++) {
          seen.left = i
          await c.env.DB.prepare('SELECT * FROM orders /* READ 100 RETURN 1 */').all()
        }
      } catch (error) {
        seen.error = error
        throw error
      }
      return c.text('done')
    })
    app.get('/writes', async (c) => {
      await Promise.all([c.env.CACHE.put(), c.env.CACHE.put(), c.env.CACHE.put()])
      return c.text('done')
    })
    app.get('/scan', async (c) => {
      await c.env.DB.prepare("SELECT * FROM orders WHERE note = 'secret' LIMIT 5000 /* 2 */").all()
      return c.text('done')
    })
    app.get('/cheap', async (c) => c.text(String(await c.env.CACHE.get('a'))))
    return undefined
  })
}

it('a loop of queries is stopped at its limit with an error that says why, and other requests go on', async () => {
  const seen: { error?: unknown; left?: number } = {}
  const { ask } = shop({ limits: { request: { d1RowsRead: 1000 } }, enforce: true }, seen)
  const [loop, cheap] = await Promise.all([ask('/loop/50'), ask('/cheap')])
  expect(seen.left).toBe(10)
  expect(cheap.status).toBe(200)
  expect(loop.status).toBe(503)
  expect(await loop.text()).toBe('Service Unavailable')
  expect(seen.error).toBeInstanceOf(BudgetExceededError)
  expect(seen.error).toMatchObject({
    name: 'BudgetExceededError',
    budget: 'd1RowsRead',
    limit: 1000,
    used: 1000,
    route: 'GET /loop/:count',
    calls: [{ name: 'SELECT orders', count: 10, used: 1000 }],
    status: 503,
  })
  expect((seen.error as Error).message).toBe(
    'Cannot call SELECT orders: `d1RowsRead` of GET /loop/:count must be at most 1000, of which 1000 are used already, by SELECT orders (10 ×, 1000)',
  )
  // The next request has a budget of its own.
  expect((await ask('/loop/9')).status).toBe(200)
})

it('of calls made at once, those beyond the budget are refused before they are made', async () => {
  const { ask, points } = shop({ limits: { request: { kvWrites: 2 } }, enforce: true })
  expect((await ask('/writes')).status).toBe(503)
  expect((await points('hono.usage.kv.writes'))[0]?.[1]).toBe(2)
  expect(await points('hono.usage.events')).toEqual([
    [
      'hono.usage.events',
      1,
      {
        'http.request.method': 'GET',
        'http.route': '/writes',
        'hono.usage.budget': 'kvWrites',
        'hono.usage.outcome': 'warned',
      },
    ],
    [
      'hono.usage.events',
      1,
      {
        'http.request.method': 'GET',
        'http.route': '/writes',
        'hono.usage.budget': 'kvWrites',
        'hono.usage.outcome': 'refused',
      },
    ],
  ])
})

it('without `enforce`, a budget warns at its share and says that it was exceeded, and nothing fails', async () => {
  const { ask, lines, spans, points } = shop({ limits: { request: { d1RowsRead: 500 } } })
  expect((await ask('/loop/9')).status).toBe(200)
  const told = lines('usage')
  expect(told.map(({ message }) => message)).toEqual([
    'GET /loop/:count has nearly used up its budget of `d1RowsRead`: 400 of 500',
    'GET /loop/:count has exceeded its budget of `d1RowsRead`: 600 of 500',
  ])
  expect(told[0]).toMatchObject({
    level: 'warn',
    trace_id: spans[0]?.spanContext().traceId,
    'hono.usage.budget': 'd1RowsRead',
    'hono.usage.limit': 500,
    'hono.usage.used': 400,
    'hono.usage.largest': 'SELECT orders (4 ×)',
  })
  expect(
    spans[0]?.events.map(({ name, attributes }) => [name, attributes?.['hono.usage.outcome']]),
  ).toEqual([
    ['hono.usage.budget', 'warned'],
    ['hono.usage.budget', 'exceeded'],
  ])
  expect((await points('hono.usage.events')).map(([, value]) => value)).toEqual([1, 1])
})

it('the share that is warned at can be chosen', async () => {
  const { ask, lines } = shop({ limits: { request: { d1Queries: 10 } }, warnAt: 0.5 })
  await ask('/loop/4')
  expect(lines('usage')).toHaveLength(0)
  await ask('/loop/5')
  expect(lines('usage')).toHaveLength(1)
})

it('a budget that is exceeded by every request is told once a minute in the log, and counted each time', async () => {
  const { ask, lines, points } = shop({ limits: { request: { d1Queries: 1 } }, warnAt: 1 })
  for (let i = 0; i < 5; i++) {
    await ask('/loop/2')
  }
  expect(lines('usage').map((line) => line['hono.usage.outcome'])).toEqual(['warned', 'exceeded'])
  expect((await points('hono.usage.events')).map(([, value]) => value)).toEqual([5, 5])
})

it('a thousand refused calls are one line, one event, and a thousand in the counts', async () => {
  const { ask, lines, points, spans } = inApp(
    { CACHE: keyValues() },
    { usage: usage({ limits: { request: { kvReads: 0 } }, enforce: true }) },
    (app) => {
      app.get('/', async (c) => {
        for (let i = 0; i < 1000; i++) {
          await c.env.CACHE.get('a').catch(() => {})
        }
        return c.text('ok')
      })
      return undefined
    },
  )
  await ask('/')
  expect(lines('usage')).toHaveLength(1)
  expect(spans[0]?.events).toHaveLength(1)
  expect((await points('hono.usage.events'))[0]?.[1]).toBe(1000)
  expect(await points('hono.usage.kv.reads')).toEqual([])
})

it('calls in a loop and full scans are named with their statement, without its values', async () => {
  const { ask, lines, points } = shop({})
  await ask('/loop/12')
  await ask('/scan')
  const told = lines('usage')
  expect(told.map(({ message }) => message)).toEqual([
    'GET /loop/:count repeats SELECT orders',
    'GET /scan scans a table: SELECT orders',
  ])
  expect(told[0]).toMatchObject({
    'hono.usage.finding': 'n_plus_one',
    'hono.usage.calls': 10,
    'db.query.text': 'SELECT * FROM orders',
  })
  expect(told[1]).toMatchObject({
    'hono.usage.finding': 'full_scan',
    'hono.usage.rows_read': 5000,
    'hono.usage.rows_returned': 2,
    'db.query.text': 'SELECT * FROM orders WHERE note = ? LIMIT ?',
  })
  expect(JSON.stringify(told)).not.toContain('secret')
  expect((await points('hono.usage.events')).map(([, , attributes]) => attributes)).toMatchObject([
    { 'hono.usage.finding': 'n_plus_one', 'http.route': '/loop/:count' },
    { 'hono.usage.finding': 'full_scan', 'http.route': '/scan' },
  ])
})

it('findings can be turned off, and their thresholds set', async () => {
  const off = shop({ findings: false })
  await off.ask('/loop/50')
  expect(off.lines('usage')).toEqual([])
  const early = shop({ findings: { repeats: 3 } })
  await early.ask('/loop/3')
  expect(early.lines('usage')).toHaveLength(1)
})

it('a cron run and a queue’s batch have budgets of their own', async () => {
  let error: unknown
  const { run } = inApp(
    { CACHE: keyValues() },
    { usage: usage({ limits: { scheduled: { kvLists: 1 } }, enforce: true }) },
    () => ({
      scheduled: async (_event: unknown, { CACHE }: { CACHE: { list(): Promise<unknown> } }) => {
        await CACHE.list()
        await CACHE.list().catch((refusal: unknown) => {
          error = refusal
        })
      },
    }),
  )
  await run('scheduled', { cron: '0 * * * *', scheduledTime: 0 })
  expect(error).toMatchObject({ route: 'scheduled 0 * * * *', budget: 'kvLists' })
})

it.each([
  [{ limits: { requests: {} } }, '`limits.requests` must be one of request, queue'],
  [{ limits: { request: { d1Rows: 1 } } }, '`limits.request.d1Rows` must be one of subrequests'],
  [
    { limits: { request: { kvReads: -1 } } },
    '`limits.request.kvReads` must be a number from 0 on, received -1',
  ],
  [{ warnAt: 80 }, '`warnAt` must be a number from 0 to 1, received 80'],
  [{ enforce: 'yes' }, '`enforce` must be true or false, received yes'],
  [{ findings: { repeat: 3 } }, '`findings.repeat` must be one of repeats, scannedRows'],
])('%j is refused', (options, message) => {
  expect(() => usage(options as never)).toThrow(`Cannot count usage: ${message}`)
})
