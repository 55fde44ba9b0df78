import { Hono } from 'hono'
import { describe, expect, it } from 'vitest'
import { profileRoutes } from '../../../src/entries/process.ts'

const bearer = (token: string): RequestInit => ({ headers: { Authorization: `Bearer ${token}` } })
const open = profileRoutes({ authorize: () => true })

describe.each(['/debug/profile', '/debug/heap'])('%s', (path) => {
  it('is closed to everyone but those who are let in', async () => {
    const asked = async (app: Hono, init?: RequestInit) => {
      const response = await app.request(`${path}?seconds=0`, init)
      return [response.status, await response.text()]
    }
    expect(await asked(profileRoutes({ token: undefined }))).toEqual([
      403,
      'Profiles need `token` or `authorize` in profileRoutes().\n',
    ])
    const withToken = profileRoutes({ token: (env: { TOKEN?: string }) => env?.TOKEN ?? 'abc' })
    expect(await asked(withToken, bearer('abd'))).toEqual([
      403,
      'Profiles need `Authorization: Bearer <token>`.\n',
    ])
    expect(await asked(profileRoutes({ authorize: () => false }))).toEqual([
      403,
      'Profiles need `authorize` to return true.\n',
    ])
    expect(await asked(profileRoutes({ token: '' }), bearer(''))).toMatchObject([403, {}])
    expect(await asked(withToken, bearer('abc'))).toMatchObject([400, {}])
  })

  it.each([
    ['seconds=0', '`seconds` must be a number from 1 to 60.\n'],
    ['seconds=61', '`seconds` must be a number from 1 to 60.\n'],
    ['seconds=NaN', '`seconds` must be a number from 1 to 60.\n'],
    ['seconds=1e99', '`seconds` must be a number from 1 to 60.\n'],
    ['format=svg', expect.stringMatching(/^`format` must be pprof or (cpu|heap)profile\.\n$/)],
  ])('refuses %s', async (query, text) => {
    const response = await open.request(`${path}?${query}`)
    expect([response.status, await response.text()]).toEqual([400, text])
  })

  it('answers to GET only, and nothing of it is stored or counted', async () => {
    const marks: unknown[] = []
    const app = new Hono<{ Variables: Record<string, unknown> }>()
    app.use(async (c, next) => {
      await next()
      marks.push(c.get('hono-observability.probe'))
    })
    app.route('/', open)
    const response = await app.request(path, { method: 'POST' })
    expect(response.status).toBe(405)
    expect(response.headers.get('Allow')).toBe('GET')
    expect(response.headers.get('Cache-Control')).toBe('no-store')
    expect(marks).toEqual([true])
  })

  it('makes one at a time, and ends with the request that its client gave up', async () => {
    const app = profileRoutes({ authorize: () => true })
    const client = new AbortController()
    const startedMs = performance.now()
    const first = app.request(`${path}?seconds=60`, { signal: client.signal })
    await new Promise((resolve) => setTimeout(resolve, 200))
    // Whoever made the routes, and whatever the profile: samplers are the process's.
    for (const other of ['/debug/profile', '/debug/heap']) {
      expect((await open.request(`${other}?seconds=1`)).status).toBe(409)
    }
    client.abort()
    await first
    expect(performance.now() - startedMs).toBeLessThan(20_000)
    expect((await app.request(`${path}?seconds=1`)).status).toBe(200)
  })
})

it('waits for nothing when its client has gone already', async () => {
  const startedMs = performance.now()
  await open.request('/debug/profile?seconds=60', { signal: AbortSignal.abort() })
  expect(performance.now() - startedMs).toBeLessThan(20_000)
})

it('moves where it is told to', async () => {
  const app = profileRoutes({ authorize: () => true, cpuPath: '/p/cpu', heapPath: '/p/heap' })
  expect((await app.request('/p/cpu?seconds=0')).status).toBe(400)
  expect((await app.request('/p/heap?seconds=0')).status).toBe(400)
  expect((await app.request('/debug/profile')).status).toBe(404)
})

it.each([
  [undefined, '`options` must be an object with `token` or `authorize`, received undefined'],
  [null, '`options` must be an object with `token` or `authorize`, received null'],
  [{}, '`options` must be an object with `token` or `authorize`, received object'],
  [{ cpuPath: '/p' }, '`options` must be an object with `token` or `authorize`, received object'],
  ['geheim', '`options` must be an object with `token` or `authorize`, received string'],
  [{ token: 5 }, '`token` must be a string or function, received number'],
  [{ authorize: true }, '`authorize` must be a function, received boolean'],
  [{ token: 't', cpuPath: null }, '`cpuPath` must be a string, received object'],
  [{ token: 't', heapPath: 1 }, '`heapPath` must be a string, received number'],
  [
    { bogus: 1 },
    '`bogus` is not an option, expected one of `token`, `authorize`, `cpuPath`, `heapPath`',
  ],
  [{ token: 't', toString: 1 }, '`toString` is not an option, expected one of `token`'],
])('refuses %j', (options, message) => {
  const make = (): unknown => profileRoutes(options as never)
  expect(make).toThrow(TypeError)
  expect(make).toThrow(`Cannot make routes for profiles: ${message}`)
})
