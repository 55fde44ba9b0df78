import { expect, it, vi } from 'vitest'
import { inRequest } from './in-request.ts'

const indexOf = () => ({
  describe: vi.fn(async () => ({ dimensions: 3 })),
  query: vi.fn(async (_vector: number[], _options?: object) => ({
    matches: [{ id: 'a' }],
    count: 1,
  })),
  queryById: vi.fn(async (_id: string) => ({ matches: [], count: 0 })),
  insert: vi.fn(async (_vectors: object[]) => ({ mutationId: 'm' })),
  upsert: vi.fn(async (_vectors: object[]) => ({ mutationId: 'm' })),
  deleteByIds: vi.fn(async (_ids: string[]) => ({ mutationId: 'm' })),
  getByIds: vi.fn(async (_ids: string[]) => [{ id: 'a' }, { id: 'b' }]),
})

it('Vectorize is measured as a database, without vectors and ids', async () => {
  const INDEX = indexOf()
  const { spans, points, error } = await inRequest({ INDEX }, async (env) => {
    await env.INDEX.query([4711, 4712], { topK: 5 })
    await env.INDEX.queryById('secret')
    await env.INDEX.upsert([{ id: 'secret' }, { id: 'secret' }])
    await env.INDEX.insert([{ id: 'secret' }])
    await env.INDEX.getByIds(['secret', 'secret'])
    await env.INDEX.deleteByIds(['secret'])
    await env.INDEX.describe()
  })
  expect(error).toBeUndefined()
  expect(spans.map(({ name }) => name)).toEqual([
    'query INDEX',
    'queryById INDEX',
    'upsert INDEX',
    'insert INDEX',
    'getByIds INDEX',
    'deleteByIds INDEX',
    'describe INDEX',
  ])
  expect(spans[0]?.attributes).toEqual({
    'db.system.name': 'cloudflare-vectorize',
    'db.namespace': 'INDEX',
    'db.operation.name': 'query',
    'db.response.returned_rows': 1,
    'cloudflare.vectorize.query.dimensions': 2,
    'cloudflare.vectorize.query.top_k': 5,
    'cloudflare.binding.type': 'Vectorize',
    'cloudflare.binding.name': 'INDEX',
  })
  expect(spans[2]?.attributes['db.operation.batch.size']).toBe(2)
  expect(spans[3]?.attributes).not.toHaveProperty('db.operation.batch.size')
  expect(spans[4]?.attributes['db.response.returned_rows']).toBe(2)
  expect(JSON.stringify(spans.map(({ attributes }) => attributes))).not.toMatch(/secret|471/)
  const operations = await points('db.client.operation.duration')
  expect(operations.map(({ attributes }) => attributes['db.operation.name'])).toContain('upsert')
})

it('data points are counted, and need neither index nor argument', async () => {
  const AE = { writeDataPoint: vi.fn((_point?: object): void => {}) }
  const { spans, points, error } = await inRequest({ AE }, (env) => {
    env.AE.writeDataPoint({ blobs: ['secret'] })
    env.AE.writeDataPoint()
  })
  expect(error).toBeUndefined()
  expect(AE.writeDataPoint.mock.calls).toEqual([[{ blobs: ['secret'] }], []])
  expect(spans).toEqual([])
  expect(await points('hono.analytics_engine.data_points')).toMatchObject([
    { value: 2, attributes: { 'cloudflare.binding.name': 'AE' } },
  ])
})

it('what writing a data point throws is thrown', async () => {
  const AE = {
    writeDataPoint: () => {
      throw new TypeError('too many blobs')
    },
  }
  const { error, points } = await inRequest({ AE }, (env) => env.AE.writeDataPoint())
  expect(error).toEqual(new TypeError('too many blobs'))
  expect(await points('hono.analytics_engine.data_points')).toEqual([])
})

it('rate limits are counted by outcome', async () => {
  let calls = 0
  const LIMIT = { limit: async (_options: object) => ({ success: ++calls < 3 }) }
  const { points } = await inRequest({ LIMIT }, async (env) => {
    for (let call = 0; call < 3; call++) {
      await env.LIMIT.limit({ key: 'secret' })
    }
  })
  const counted = await points('hono.rate_limit.checks')
  expect(
    counted.map(({ attributes, value }) => [attributes['hono.rate_limit.result'], value]),
  ).toEqual([
    ['allowed', 2],
    ['limited', 1],
  ])
  expect(JSON.stringify(counted)).not.toContain('secret')
})

it('a Pipeline is told from email by what it is given', async () => {
  const OUT = { send: vi.fn(async (_message: unknown) => {}) }
  const { spans } = await inRequest({ OUT }, async (env) => {
    await env.OUT.send([{ a: 1 }])
    await env.OUT.send({ from: 'a' })
  })
  expect(spans.map(({ attributes }) => attributes['cloudflare.binding.type'])).toEqual([
    'Pipeline',
    'Email',
  ])
})

it('the Workers that a dispatch namespace finds are services', async () => {
  const tenant = {
    fetch: vi.fn(async (_input: string, _init?: RequestInit) => new Response('tenant')),
    connect: () => {},
  }
  const DISPATCH = { get: vi.fn((_name: string) => tenant) }
  const { spans, error } = await inRequest(
    { DISPATCH },
    (env) => env.DISPATCH.get('secret').fetch('http://tenant.test/path'),
    { kinds: { DISPATCH: 'dispatch-namespace' } },
  )
  expect(error).toBeUndefined()
  expect(DISPATCH.get).toHaveBeenCalledWith('secret')
  expect(spans[0]?.name).toBe('GET DISPATCH')
  expect(spans[0]?.attributes['cloudflare.binding.type']).toBe('DispatchNamespace')
  expect(new Headers(tenant.fetch.mock.calls[0]?.[1]?.headers).has('traceparent')).toBe(true)
  expect(JSON.stringify(spans[0]?.attributes)).not.toContain('secret')
})

it('what has no kind is the very object of the platform: no getter of it is read', async () => {
  const read = vi.fn(() => 'postgres://user:secret@host')
  const hyperdrive = Object.defineProperties(
    { connect: () => {} },
    Object.fromEntries(
      ['connectionString', 'host', 'ip', 'port', 'user', 'password', 'database'].map((name) => [
        name,
        { get: read, enumerable: true },
      ]),
    ),
  )
  const env = {
    HYPERDRIVE: hyperdrive,
    SECRET: { get: async () => 'secret' },
    DISPATCH: { get: () => ({ fetch: async () => {} }) },
    ASSETS: { fetch: async () => new Response() },
    VERSION: { id: '1', tag: '', timestamp: '' },
    PATTERNS: { limit: 5, send: 'x', writeDataPoint: null },
    FUNCTION: () => {},
    CACHE: { get: async () => null, put: () => {}, list: () => {}, getWithMetadata: () => {} },
  }
  const { value } = await inRequest(env, (wrapped) =>
    Object.keys(env).filter(
      (name) => wrapped[name as keyof typeof env] !== env[name as keyof typeof env],
    ),
  )
  expect(value).toEqual(['CACHE'])
  expect(read).not.toHaveBeenCalled()
})
