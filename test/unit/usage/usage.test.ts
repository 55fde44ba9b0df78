import { rawEnv } from 'hono-observability/bindings'
import { usage } from 'hono-observability/usage'
import { expect, it, vi } from 'vitest'
import { database, inApp, keyValues } from './in-app.ts'

const bucket = () => ({
  head: async () => null,
  get: async () => null,
  put: async () => ({ size: 1 }),
  delete: async () => {},
  list: async () => ({ objects: [], truncated: false }),
  createMultipartUpload: async () => ({
    uploadPart: async () => ({}),
    complete: async () => ({}),
    abort: async () => {},
  }),
})

const env = () => ({
  DB: database(),
  CACHE: keyValues(),
  BUCKET: bucket(),
  ORDERS: { send: async () => {}, sendBatch: async () => {} },
  POINTS: { writeDataPoint: vi.fn() },
  INDEX: {
    query: async () => ({ matches: [] }),
    upsert: async () => ({}),
    getByIds: async () => [],
  },
  AI: {
    run: async () => ({ usage: { prompt_tokens: 30, completion_tokens: 12 } }),
    models: async () => [],
    gateway: () => ({}),
  },
  ROOM: {
    idFromName: () => ({}),
    newUniqueId: () => ({}),
    get: () => ({ fetch: async () => new Response('x'), connect() {}, hello: async () => 'hi' }),
  },
})

const USED = {
  'hono.usage.subrequests': 23,
  'hono.usage.kv.reads': 4,
  'hono.usage.kv.writes': 1,
  'hono.usage.kv.deletes': 1,
  'hono.usage.kv.lists': 1,
  'hono.usage.d1.queries': 5,
  'hono.usage.d1.rows_read': 119,
  'hono.usage.d1.rows_written': 1,
  'hono.usage.r2.class_a': 4,
  'hono.usage.r2.class_b': 2,
  'hono.usage.durable_object.requests': 2,
  'hono.usage.queue.operations': 3,
  'hono.usage.vectorize.queries': 1,
  'hono.usage.vectorize.dimensions': 3,
  'hono.usage.ai.input_tokens': 30,
  'hono.usage.ai.output_tokens': 12,
  'hono.usage.analytics_engine.points': 1,
}

const app = () =>
  inApp(env(), { usage: usage() }, (routes) => {
    routes.get('/orders/:id', async (c) => {
      const { DB, CACHE, BUCKET, ORDERS, POINTS, INDEX, AI, ROOM } = c.env
      await CACHE.get('a')
      await CACHE.get(['b', 'c'])
      await CACHE.getWithMetadata()
      await CACHE.put()
      await CACHE.delete()
      await CACHE.list()
      await DB.prepare('READ 100 RETURN 10').all()
      await DB.prepare('READ 9 RETURN 1').first()
      await DB.batch([DB.prepare('READ 8 RETURN 1'), DB.prepare('READ 10 INSERT')])
      await DB.exec('SELECT 1')
      await BUCKET.head()
      await BUCKET.get()
      await BUCKET.put()
      const upload = await BUCKET.createMultipartUpload()
      await upload.uploadPart()
      await upload.complete()
      await BUCKET.delete()
      await ORDERS.send()
      await (ORDERS.sendBatch as (list: unknown[]) => Promise<void>)([{ body: 1 }, { body: 2 }])
      POINTS.writeDataPoint({})
      await (INDEX.query as (vector: number[]) => Promise<unknown>)([1, 2, 3])
      await (AI.run as (model: string) => Promise<unknown>)('@cf/meta/m')
      const room = ROOM.get()
      await (room.fetch as (url: string) => Promise<Response>)('http://room.test/')
      await room.hello()
      return c.text('ok')
    })
    return undefined
  })

it('what the calls of a request use is on its span and its access line, and the same in both', async () => {
  const { ask, spans, lines } = app()
  await ask('/orders/7')
  expect(spans).toHaveLength(1)
  expect(spans[0]?.attributes).toMatchObject(USED)
  expect(lines('access')).toHaveLength(1)
  expect(lines('access')[0]).toMatchObject({ 'http.route': '/orders/:id', ...USED })
})

it('metrics have what is used by route and binding, and are as much in all as spans say', async () => {
  const { ask, points } = app()
  await ask('/orders/7')
  await ask('/orders/8')
  // The access line comes when the span has ended: it is in the metrics alone.
  const all = (await points('hono.usage.')).filter(([name]) => !name.startsWith('hono.usage.log.'))
  const sums: Record<string, number> = {}
  for (const [name, value, attributes] of all) {
    sums[name] = (sums[name] ?? 0) + value
    expect(attributes).toMatchObject({ 'http.request.method': 'GET', 'http.route': '/orders/:id' })
    expect(Object.keys(attributes)).toHaveLength(3)
  }
  expect(sums).toEqual(
    Object.fromEntries(Object.entries(USED).map(([name, value]) => [name, value * 2])),
  )
  expect(all.find(([name]) => name === 'hono.usage.d1.rows_read')?.[2]).toMatchObject({
    'cloudflare.binding.name': 'DB',
  })
})

it('a request that is not sampled is counted all the same', async () => {
  const { ask, points } = inApp(
    { CACHE: keyValues() },
    { usage: usage() },
    (routes) => {
      routes.get('/', async (c) => c.text(String(await c.env.CACHE.get('a'))))
      return undefined
    },
    { traces: { sampler: 'always_off' } },
  )
  await ask('/')
  expect((await points('hono.usage.kv.reads'))[0]?.[1]).toBe(1)
})

it('what is used after the response is counted by the same route', async () => {
  const { ask, points, settle, spans } = inApp(
    { CACHE: keyValues() },
    { usage: usage() },
    (routes) => {
      routes.get('/late', (c) => {
        const late = async () => {
          await new Promise((resolve) => setTimeout(resolve, 5))
          await c.env.CACHE.put()
        }
        c.executionCtx.waitUntil(late())
        return c.text('ok')
      })
      return undefined
    },
  )
  await ask('/late')
  await settle()
  expect(spans[0]?.attributes).not.toHaveProperty('hono.usage.kv.writes')
  expect(await points('hono.usage.kv.writes')).toEqual([
    [
      'hono.usage.kv.writes',
      1,
      {
        'http.request.method': 'GET',
        'http.route': '/late',
        'cloudflare.binding.name': 'CACHE',
      },
    ],
  ])
})

it('a request that matches no route is counted by none', async () => {
  const { ask, points } = inApp({ CACHE: keyValues() }, { usage: usage() }, (routes) => {
    routes.use(async (c, next) => {
      await c.env.CACHE.get('a')
      await next()
    })
    return undefined
  })
  await ask('/scanned/../4711')
  expect((await points('hono.usage.kv.reads'))[0]?.[2]).toEqual({
    'http.request.method': 'GET',
    'cloudflare.binding.name': 'CACHE',
  })
})

it('a batch of a queue counts as read and, where acknowledged, as deleted; a cron run has its own', async () => {
  const { run, points } = inApp({ CACHE: keyValues() }, { usage: usage() }, () => ({
    queue: async (
      batch: { messages: { retry(): void }[] },
      bound: { CACHE: { put(): unknown } },
    ) => {
      batch.messages[0]?.retry()
      await bound.CACHE.put()
    },
    scheduled: async (_event: unknown, bound: { CACHE: { list(): unknown } }) => bound.CACHE.list(),
  }))
  const message = { body: 1, ack() {}, retry() {} }
  await run('queue', {
    queue: 'orders',
    messages: [message, message, message],
    ackAll() {},
    retryAll() {},
  })
  await run('scheduled', { cron: '0 * * * *', scheduledTime: 0 })
  const all = await points('hono.usage.')
  const by = (name: string) => all.filter(([each]) => each === `hono.usage.${name}`)
  expect(by('queue.operations')).toEqual([
    [
      'hono.usage.queue.operations',
      5,
      { 'hono.invocation.name': 'process orders', 'cloudflare.binding.name': 'orders' },
    ],
  ])
  expect(by('kv.writes')[0]?.[2]).toMatchObject({ 'hono.invocation.name': 'process orders' })
  expect(by('kv.lists')[0]?.[2]).toMatchObject({ 'hono.invocation.name': 'scheduled 0 * * * *' })
})

it('a call of the global fetch is a subrequest where outgoing requests are traced', async () => {
  const receiver = vi.spyOn(globalThis, 'fetch').mockImplementation(async () => new Response('x'))
  const { ask, points } = inApp(
    { CACHE: keyValues() },
    { usage: usage() },
    (routes) => {
      routes.get('/', async (c) => {
        await fetch('http://other.test/')
        await fetch('http://other.test/')
        return c.text('ok')
      })
      return undefined
    },
    { traces: { fetch: true } },
  )
  await ask('/')
  expect(receiver).toHaveBeenCalledTimes(2)
  expect(await points('hono.usage.subrequests')).toEqual([
    ['hono.usage.subrequests', 2, { 'http.request.method': 'GET', 'http.route': '/' }],
  ])
  receiver.mockRestore()
})

it('what an app asks of itself counts for the request that asks, and what uses the platform’s own bindings for none', async () => {
  const { ask, points } = inApp({ CACHE: keyValues() }, { usage: usage() }, (routes) => {
    routes.get('/inner', async (c) => c.text(String(await c.env.CACHE.get('a'))))
    routes.get('/outer', async (c) => {
      await rawEnv(c.env).CACHE.get('b')
      return routes.request('/inner', {}, c.env)
    })
    return undefined
  })
  await ask('/outer')
  expect(await points('hono.usage.kv.reads')).toEqual([
    [
      'hono.usage.kv.reads',
      1,
      {
        'http.request.method': 'GET',
        'http.route': '/outer',
        'cloudflare.binding.name': 'CACHE',
      },
    ],
  ])
})

it('without `usage`, nothing is counted', async () => {
  const { ask, lines, points } = inApp({ CACHE: keyValues() }, {}, (routes) => {
    routes.get('/', async (c) => c.text(String(await c.env.CACHE.get('a'))))
    return undefined
  })
  await ask('/')
  expect(JSON.stringify(lines('access'))).not.toContain('hono.usage')
  expect(await points('hono.usage.')).toEqual([])
})

it('something that is not what `usage()` returns is refused by name', async () => {
  expect(() => inApp({}, { usage: {} as never }, () => undefined)).toThrow(
    'Cannot instrument bindings: `usage` must be what `usage()` of `hono-observability/usage` returns, received object',
  )
})
