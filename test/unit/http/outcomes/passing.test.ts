import { type Context, Hono, type Next } from 'hono'
import { bearerAuth } from 'hono/bearer-auth'
import { observability } from 'hono-observability'
import { countedAuth, honoMetrics } from 'hono-observability/hono'
import { captured } from 'hono-observability/testing'
import { describe, expect, it, vi } from 'vitest'
import { observePassing } from '../../../../src/http/outcomes/passing.ts'
import { counted } from '../../../support/whole-trace.ts'

const PREFIXES = ['hono.auth', 'hono.middleware', 'hono.cache']

const outcomes = (seen: Parameters<typeof counted>[0]) =>
  PREFIXES.flatMap((prefix) => counted(seen, prefix)).map((point) =>
    [
      point['hono.auth.outcome'] ?? point['hono.handler.name'] ?? point['hono.cache.result'],
      point['hono.auth.reason'] ?? point['http.response.status_code'],
      point.times,
    ].join(' '),
  )

const setUp = () => {
  const app = new Hono()
  app.use(observability(), honoMetrics())
  return app
}

describe('a function that has the name of Hono’s middleware', () => {
  it('and is the handler of a route is not that', async () => {
    const app = setUp()
    async function jwt(c: Context) {
      return c.text('a token')
    }
    const cache = (c: Context) => c.text('what is cached')
    function timeout(c: Context) {
      return c.text('no such time', 400)
    }
    app.post('/jwt', jwt).get('/cache', cache).get('/timeout', timeout)
    for (const [path, init] of [
      ['/jwt', { method: 'POST' }],
      ['/cache', {}],
      ['/timeout', {}],
    ] as const) {
      expect(outcomes(await captured(app, path, init))).toEqual([])
    }
  })

  it('refuses nobody whom it answers with a success', async () => {
    const app = setUp()
    app.use('/jwt', async function jwt(c, next) {
      return c.req.method === 'OPTIONS' ? c.body(null, 204) : next()
    })
    app.use('/csrf', async function csrf(c, _next) {
      return c.text('welcome')
    })
    app.get('/jwt', (c) => c.text('in'))
    expect(outcomes(await captured(app, '/jwt', { method: 'OPTIONS' }))).toEqual([])
    expect(outcomes(await captured(app, '/jwt'))).toEqual(['success none 1'])
    expect(outcomes(await captured(app, '/csrf'))).toEqual([])
  })
})

it('what is registered for more paths than `honoMetrics` is counted for its paths alone, at any time', async () => {
  const app = new Hono()
  app.use(observability())
  app.use('/a/*', honoMetrics())
  app.use(bearerAuth({ token: 'secret' }))
  app.get('/a/x', (c) => c.text('')).get('/b', (c) => c.text(''))
  const seen = []
  for (const path of ['/b', '/a/x', '/b', '/a/x']) {
    seen.push(outcomes(await captured(app, path)))
  }
  expect(seen).toEqual([[], ['failure missing 1'], [], ['failure missing 1']])
})

describe('countedAuth', () => {
  it('tells what is answered by `c.res` as what is returned', async () => {
    const app = setUp()
    const answers = async (c: Context, _next: Next) => {
      c.res = new Response('no', { status: 401 })
    }
    app.use(countedAuth(answers, 'own')).get('/', (c) => c.text(''))
    expect(outcomes(await captured(app, '/'))).toEqual(['failure missing 1'])
  })

  it('tells one thing of each request, whatever fails after `next`', async () => {
    vi.spyOn(console, 'error').mockImplementation(() => {})
    const app = setUp()
    const fails = async (_c: Context, next: Next) => {
      await next()
      throw new Error('afterwards')
    }
    app.use(countedAuth(fails, 'own')).get('/', (c) => c.text(''))
    expect(outcomes(await captured(app, '/'))).toEqual(['success none 1'])
    vi.restoreAllMocks()
  })
})

describe('middleware that is observed', () => {
  const told = { passed() {}, refused() {} }
  const c = {} as Context

  it('gets from `next` the very thing that it returns, a promise or not', () => {
    for (const given of [undefined, 1, {}, Promise.resolve()]) {
      let got: unknown
      const handler = (_: Context, next: Next): void => {
        got = next()
      }
      observePassing(handler, c, (() => given) as never, told)
      expect(got).toBe(given)
    }
  })
})
