import { expect, it, vi } from 'vitest'
import type { CheckFinding, HealthCheck } from '../../../src/entries/health.ts'
import {
  ai,
  custom,
  d1,
  durableObject,
  http,
  hyperdrive,
  kv,
  queue,
  r2,
  service,
  telemetry,
} from '../../../src/entries/health.ts'

function run(check: HealthCheck, binding?: unknown): PromiseLike<CheckFinding | undefined> {
  return check.run({ env: {}, signal: new AbortController().signal }, binding)
}

it('kv reads one key', async () => {
  const namespace = { get: vi.fn(async () => null), put: vi.fn() }
  expect(await run(kv('CACHE', { key: 'sentinel' }), namespace)).toBeUndefined()
  expect(namespace.get.mock.calls).toEqual([['sentinel']])
  expect(namespace.put).not.toHaveBeenCalled()
})

it('kv with write puts, reads and deletes a key of its own each time', async () => {
  const store = new Map<string, string>()
  const written: string[] = []
  const namespace = {
    get: async (key: string) => store.get(key) ?? null,
    put: async (key: string, value: string) => {
      written.push(key)
      store.set(key, value)
    },
    delete: async (key: string) => store.delete(key),
  }
  const check = kv('CACHE', { write: true })
  expect(await run(check, namespace)).toBeUndefined()
  expect(await run(check, namespace)).toBeUndefined()
  expect(new Set(written).size).toBe(2)
  expect(store.size).toBe(0)
})

it('kv with write fails when it reads something else than it wrote', async () => {
  const namespace = { get: async () => null, put: async () => {}, delete: async () => {} }
  expect(await run(kv('CACHE', { write: true }), namespace)).toMatchObject({ status: 'fail' })
})

function database(last: unknown): { prepare: ReturnType<typeof vi.fn> } {
  return { prepare: vi.fn(() => ({ first: async () => last })) }
}

it('d1 runs SELECT 1, or the statement it is given', async () => {
  const db = database(1)
  await run(d1('DB'), db)
  await run(d1('DB', { statement: 'SELECT id FROM orders LIMIT 1' }), db)
  expect(db.prepare.mock.calls).toEqual([['SELECT 1'], ['SELECT id FROM orders LIMIT 1']])
})

it('d1 with a migration passes from that migration on', async () => {
  const check = d1('DB', { migration: 7 })
  expect(await run(check, database(7))).toBeUndefined()
  expect(await run(check, database(8))).toBeUndefined()
  expect(await run(check, database(6))).toMatchObject({ status: 'fail' })
  expect(await run(check, database(-1))).toMatchObject({ status: 'fail' })
  expect(await run(d1('DB', { migration: 0 }), database(-1))).toMatchObject({ status: 'fail' })
})

it('r2 looks one key up', async () => {
  const bucket = { head: vi.fn(async () => null) }
  expect(await run(r2('FILES'), bucket)).toBeUndefined()
  expect(bucket.head.mock.calls).toEqual([['health']])
})

it('durableObject asks the named object', async () => {
  const asked: string[] = []
  const namespace = {
    idFromName: (name: string) => `id of ${name}`,
    get: (id: string) => ({
      fetch: async (url: string) => {
        asked.push(`${id} ${new URL(url).pathname}`)
        return new Response('ok')
      },
      ping: async () => asked.push(`${id} ping`),
    }),
  }
  await run(durableObject('ROOM', { name: 'lobby', path: '/ok' }), namespace)
  await run(durableObject('ROOM', { rpc: 'ping' }), namespace)
  expect(asked).toEqual(['id of lobby /ok', 'id of health ping'])
})

it('service fetches a path, and judges the status', async () => {
  const paths: string[] = []
  const worker = {
    fetch: async (url: string) => {
      paths.push(new URL(url).pathname)
      return new Response('', { status: 401 })
    },
  }
  expect(await run(service('API', { path: '/livez' }), worker)).toEqual({
    status: 'fail',
    output: 'answered 401',
  })
  expect(await run(service('API', { status: 401 }), worker)).toBeUndefined()
  expect(paths).toEqual(['/livez', '/'])
})

it('fails on an RPC method that does not exist', async () => {
  const worker = { fetch: async () => new Response('ok') }
  await expect(run(service('API', { rpc: 'ping' }), worker)).rejects.toThrow(TypeError)
})

it('http lets go of the body and passes the request and the signal on', async () => {
  const response = new Response(new ReadableStream(), { status: 204 - 4 })
  const fetch = vi.fn(async (_url: string, _init: RequestInit) => response)
  const request = { method: 'POST', headers: { 'X-Key': 'k' } }
  expect(await run(http('https://example.com/ok?q=1', { request, fetch }))).toBeUndefined()
  const [url, init] = fetch.mock.calls[0] ?? []
  expect(url).toBe('https://example.com/ok?q=1')
  expect(init).toMatchObject(request)
  expect(init?.signal).toBeInstanceOf(AbortSignal)
  await expect(response.body?.getReader().closed).resolves.toBeUndefined()
})

it('http shows the host of its URL only', () => {
  expect(http('https://user:secret@example.com:8443/path?token=secret').componentId).toBe(
    'example.com:8443',
  )
})

it('http refuses a URL that is not absolute', () => {
  expect(() => http('/livez')).toThrow(
    'Cannot check health: `url` must be an absolute URL, received [redacted]',
  )
})

it('hyperdrive opens a connection and closes it', async () => {
  const close = vi.fn(async () => {})
  const bound = { connect: () => ({ opened: Promise.resolve({}), close }) }
  expect(await run(hyperdrive('PG'), bound)).toBeUndefined()
  expect(close).toHaveBeenCalledOnce()
})

it('hyperdrive closes a connection that does not open when its time is up', async () => {
  const close = vi.fn(async () => {})
  const bound = { connect: () => ({ opened: new Promise(() => {}), close }) }
  const controller = new AbortController()
  hyperdrive('PG').run({ env: {}, signal: controller.signal }, bound)
  controller.abort()
  expect(close).toHaveBeenCalledOnce()
})

it('hyperdrive leaves the connection to the query it is given', async () => {
  const bound = { connect: vi.fn(), connectionString: 'postgres://localhost' }
  const query = vi.fn(async () => [])
  expect(await run(hyperdrive('PG', { query }), bound)).toBeUndefined()
  expect(query).toHaveBeenCalledWith(bound, expect.any(AbortSignal))
  expect(bound.connect).not.toHaveBeenCalled()
})

it('queue and ai do nothing beyond finding the binding', async () => {
  const bound = { send: vi.fn(), run: vi.fn() }
  expect(await run(queue('JOBS'), bound)).toBeUndefined()
  expect(await run(ai('AI'), bound)).toBeUndefined()
  expect([bound.send, bound.run].flatMap((method) => method.mock.calls)).toEqual([])
})

it('ai runs the model it is given', async () => {
  const bound = { run: vi.fn(async () => ({})) }
  await run(ai('AI', { model: '@cf/meta/llama', input: { prompt: 'x' } }), bound)
  expect(bound.run.mock.calls).toEqual([['@cf/meta/llama', { prompt: 'x' }]])
})

it.each([
  [undefined, 'pass'],
  [true, 'pass'],
  [false, 'fail'],
  [{ status: 'warn' } as const, 'warn'],
])('custom makes %o a %s', async (returned, status) => {
  expect(await run(custom(() => returned))).toMatchObject({ status })
  expect(await run(custom(async () => returned))).toMatchObject({ status })
})

it('custom takes functions of any type that return nothing, and wait', async () => {
  const waits = custom(() => new Promise((resolve) => setTimeout(resolve, 1)), { timeoutMs: 50 })
  const nothing = (): void => {}
  const later = async (): Promise<void> => {}
  const either = async (): Promise<boolean | undefined> => undefined
  for (const check of [waits, custom(nothing), custom(later), custom(either)]) {
    expect(await run(check)).toMatchObject({ status: 'pass' })
  }
  // @ts-expect-error: a text says nothing of what is well.
  custom(() => 'well')
})

it('telemetry is not critical unless asked', () => {
  expect(telemetry(() => undefined).critical).toBe(false)
  expect(telemetry(() => undefined, { critical: true }).critical).toBe(true)
})

it('telemetry passes before anything was exported', async () => {
  expect(await run(telemetry(() => undefined))).toBeUndefined()
})

it('telemetry warns of failed exports and fails from the third on', async () => {
  const state = { consecutiveFailures: 0, queued: 5, dropped: 0, lastSuccessMs: 1 }
  const check = telemetry(() => state)
  const statuses = []
  for (state.consecutiveFailures = 0; state.consecutiveFailures < 4; state.consecutiveFailures++) {
    statuses.push((await run(check))?.status)
  }
  expect(statuses).toEqual(['pass', 'warn', 'warn', 'fail'])
})

it('telemetry warns of records dropped since its last run, and shows the state', async () => {
  const state = { consecutiveFailures: 0, queued: 5, dropped: 7, lastSuccessMs: 1 }
  const check = telemetry(() => state)
  const first = await run(check)
  expect(first).toMatchObject({ status: 'warn', observedValue: 5, observedUnit: 'records' })
  expect(JSON.parse(first?.output ?? '')).toEqual(state)
  expect((await run(check))?.status).toBe('pass')
})
