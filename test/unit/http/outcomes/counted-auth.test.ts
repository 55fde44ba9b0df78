import { Hono } from 'hono'
import { bearerAuth } from 'hono/bearer-auth'
import { every } from 'hono/combine'
import { LinearRouter } from 'hono/router/linear-router'
import { PatternRouter } from 'hono/router/pattern-router'
import { RegExpRouter } from 'hono/router/reg-exp-router'
import { TrieRouter } from 'hono/router/trie-router'
import { type ObservabilityOptions, observability } from 'hono-observability'
import { countedAuth, honoMetrics } from 'hono-observability/hono'
import { middlewareSpans } from 'hono-observability/middleware'
import { captured } from 'hono-observability/testing'
import { describe, expect, it } from 'vitest'
import { accessLine, counted } from '../../../support/whole-trace.ts'

const SECRET = 'it-is-very-secret'

const bearer = (value: string): RequestInit => ({ headers: { authorization: `Bearer ${value}` } })

const outcomes = (seen: Parameters<typeof counted>[0]) =>
  counted(seen, 'hono.auth.requests').map((point) =>
    [
      point['hono.auth.scheme'],
      point['hono.auth.outcome'],
      point['hono.auth.reason'],
      point.times,
    ].join(' '),
  )

const setUp = (options: ObservabilityOptions = {}, app = new Hono()) => {
  app.use(observability({ ...options }), honoMetrics())
  return app
}

describe('authentication, on the oldest Hono too,', () => {
  it.each([
    ['regexp', RegExpRouter],
    ['trie', TrieRouter],
    ['linear', LinearRouter],
    ['pattern', PatternRouter],
  ])('is counted once on every request, beside spans too, on the %s router', async (_, Router) => {
    const app = setUp(
      { traces: { middleware: middlewareSpans() } },
      new Hono({ router: new Router() as never }),
    )
    app.use('/in/*', bearerAuth({ token: SECRET }))
    app.get('/in/a', (c) => c.text('in'))
    for (let i = 0; i < 5; i++) {
      const seen = await captured(app, '/in/a', bearer(SECRET))
      expect(outcomes(seen)).toEqual(['bearer success none 1'])
      expect(seen.spans.map(({ name }) => name)).toEqual([
        'GET /in/a',
        'middleware bearerAuth',
        'handler /in/a',
      ])
    }
  })
})

describe('countedAuth', () => {
  it('counts within combined middleware, where each stands, and not once more', async () => {
    const app = setUp()
    const counting = countedAuth(bearerAuth({ token: SECRET }))
    expect(counting.name).toMatch(/^bearerAuth2?$/)
    app.use('/a', counting)
    app.use(
      '/b',
      every(
        counting,
        countedAuth(async (_c, next) => next(), 'second'),
      ),
    )
    app.get('/a', (c) => c.text('in'))
    app.get('/b', (c) => c.text('in'))
    expect(outcomes(await captured(app, '/a', bearer(SECRET)))).toEqual(['bearer success none 1'])
    const both = await captured(app, '/b', bearer(SECRET))
    expect(outcomes(both)).toEqual(['bearer success none 1', 'second success none 1'])
    expect(accessLine(both)).toMatchObject({ 'hono.auth.scheme': 'second' })
  })

  it('tells what middleware of one’s own answers by the status', async () => {
    const app = setUp()
    const answer = (status: 401 | 403 | 429 | 500) =>
      countedAuth(async (c) => c.text('no', status), 'mine')
    app.use('/401', answer(401))
    app.use('/403', answer(403))
    app.use('/429', answer(429))
    app.use('/500', answer(500))
    for (const [path, init, outcome] of [
      ['/401', {}, 'mine failure missing 1'],
      ['/401', bearer('x'), 'mine failure invalid 1'],
      ['/403', {}, 'mine failure forbidden 1'],
      ['/429', bearer('a'), 'mine failure limited 1'],
      ['/500', {}, 'mine error error 1'],
    ] as const) {
      expect(outcomes(await captured(app, path, init))).toEqual([outcome])
    }
  })

  it('asks for a scheme that is a word', () => {
    const own = async (): Promise<void> => {}
    expect(() => countedAuth(own)).toThrow(
      'Cannot count authentication: `scheme` must be a word of up to 32 characters, received undefined',
    )
    expect(() => countedAuth(own, 'a b')).toThrow(/^Cannot count authentication: `scheme`/)
    expect(() => countedAuth(own, 'x'.repeat(33))).toThrow(/^Cannot count authentication/)
  })
})
