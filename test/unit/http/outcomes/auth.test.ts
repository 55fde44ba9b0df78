import { Hono } from 'hono'
import { basicAuth } from 'hono/basic-auth'
import { bearerAuth } from 'hono/bearer-auth'
import { HTTPException } from 'hono/http-exception'
import { jwk } from 'hono/jwk'
import { jwt } from 'hono/jwt'
import { type ObservabilityOptions, observability } from 'hono-observability'
import { honoMetrics } from 'hono-observability/hono'
import { captured } from 'hono-observability/testing'
import { describe, expect, it, vi } from 'vitest'
import { bearer, ownApp, SECRET, token } from '../../../support/hono-own.ts'
import { counted } from '../../../support/whole-trace.ts'

const METRIC = 'hono.auth.requests'

const basic = (text: string): RequestInit => ({ headers: { authorization: `Basic ${btoa(text)}` } })

const outcomes = (seen: Parameters<typeof counted>[0]) =>
  counted(seen, METRIC).map((point) =>
    [
      point['hono.auth.scheme'],
      point['hono.auth.outcome'],
      point['hono.auth.reason'],
      point.times,
    ].join(' '),
  )

const setUp = (options: ObservabilityOptions = {}) => {
  const app = new Hono()
  app.use(observability({ ...options }), honoMetrics())
  return app
}

const soon = Math.floor(Date.now() / 1000) + 1000

describe('authentication by Hono’s own middleware', () => {
  it.each<[path: string, init: () => RequestInit | Promise<RequestInit>, outcome: string]>([
    ['/jwt', async () => bearer(await token()), 'jwt success none'],
    ['/jwt', () => ({}), 'jwt failure missing'],
    ['/jwt', () => bearer('a b'), 'jwt failure malformed'],
    ['/jwt', () => bearer('abc'), 'jwt failure invalid'],
    ['/jwt', () => bearer('e30.e30.e30'), 'jwt failure malformed'],
    ['/jwt', async () => bearer(await token({ exp: 1 })), 'jwt failure expired'],
    ['/jwt', async () => bearer(await token({ nbf: soon })), 'jwt failure not_yet_valid'],
    ['/jwt', async () => bearer(await token({ iat: soon })), 'jwt failure not_yet_valid'],
    ['/jwt', async () => bearer(await token({}, 'another')), 'jwt failure bad_signature'],
    ['/jwk', () => ({}), 'jwk success anonymous'],
    ['/jwk', async () => bearer(await token()), 'jwk failure malformed'],
    ['/token', () => bearer(SECRET), 'bearer success none'],
    ['/token', () => ({}), 'bearer failure missing'],
    ['/token', () => bearer('{}'), 'bearer failure malformed'],
    ['/token', () => bearer('nope'), 'bearer failure invalid'],
    ['/basic', () => basic(`ann:${SECRET}`), 'basic success none'],
    ['/basic', () => ({}), 'basic failure missing'],
    ['/basic', () => basic('ann:nope'), 'basic failure invalid'],
    // Its app has an error handler of its own.
    ['/sub', () => ({}), 'bearer failure missing'],
    ['/sub', () => bearer(SECRET), 'bearer success none'],
    ['/combined/open', () => ({}), ''],
  ])('of %s is counted by its outcome', async (path, init, outcome) => {
    const seen = await captured(ownApp().app, path, await init())
    expect(outcomes(seen)).toEqual(outcome ? [`${outcome} 1`] : [])
    expect(JSON.stringify([seen.spans, seen.metrics, seen.logs])).not.toContain(SECRET)
  })

  it('says issuer, audience and algorithm apart, and its own failure from its caller’s', async () => {
    const app = setUp()
    app.use('/iss', jwt({ secret: SECRET, alg: 'HS256', verification: { iss: 'us' } }))
    app.use('/aud', jwt({ secret: SECRET, alg: 'HS256', verification: { aud: 'us' } }))
    app.use('/alg', jwt({ secret: SECRET, alg: 'HS384' }))
    app.use(
      '/keys',
      jwk({
        alg: ['RS256'],
        keys: () => {
          throw new Error('no keys')
        },
      }),
    )
    app.use('/verify', bearerAuth({ verifyToken: () => Promise.reject(new TypeError('no')) }))
    vi.spyOn(console, 'error').mockImplementation(() => {})
    for (const [path, outcome] of [
      ['/iss', 'jwt failure wrong_issuer 1'],
      ['/aud', 'jwt failure wrong_audience 1'],
      ['/alg', 'jwt failure wrong_algorithm 1'],
      ['/keys', 'jwk error error 1'],
      ['/verify', 'bearer error error 1'],
    ] as const) {
      const seen = await captured(app, path, bearer(await token({ iss: 'them', aud: 'them' })))
      expect([path, outcomes(seen)]).toEqual([path, [outcome]])
    }
    vi.restoreAllMocks()
  })

  it('says why also where a sub-app answers for the error by itself', async () => {
    const app = setUp()
    const sub = new Hono()
    sub.onError((_error, c) => c.text('not here', 401))
    sub.use(jwt({ secret: SECRET, alg: 'HS256' }))
    sub.get('/', (c) => c.text('in'))
    app.route('/sub', sub)
    const seen = await captured(app, '/sub', bearer(await token({ exp: 1 })))
    expect(await seen.response.text()).toBe('not here')
    expect(outcomes(seen)).toEqual(['jwt failure expired 1'])
  })

  it('is a success although what comes behind it fails', async () => {
    const app = setUp()
    app.use(basicAuth({ username: 'ann', password: SECRET }))
    app.get('/denied', () => {
      throw new HTTPException(401)
    })
    app.get('/odd', () => Promise.reject('no error'))
    const denied = await captured(app, '/denied', basic(`ann:${SECRET}`))
    expect([denied.response.status, outcomes(denied)]).toEqual([401, ['basic success none 1']])
    const seen = await captured(async () => {
      await expect(app.request('/odd', basic(`ann:${SECRET}`))).rejects.toBe('no error')
    })
    expect(outcomes(seen)).toEqual(['basic success none 1'])
  })

  it('is not counted for a request that is ignored, and is where there are no traces', async () => {
    for (const [options, counts] of [
      [{ http: { ignore: ['/in'] } }, []],
      [{ traces: false }, ['bearer failure missing 1']],
    ] as const) {
      const app = setUp(options as unknown as ObservabilityOptions)
      app.use(bearerAuth({ token: SECRET }))
      expect(outcomes(await captured(app, '/in'))).toEqual(counts)
    }
  })
})
