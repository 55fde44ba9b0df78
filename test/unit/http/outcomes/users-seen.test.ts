import { Hono } from 'hono'
import { type ObservabilityOptions, observability } from 'hono-observability'
import { type UsersSeenOptions, usersSeen } from 'hono-observability/hono'
import { type CapturedTelemetry, captured } from 'hono-observability/testing'
import { afterEach, describe, expect, it, vi } from 'vitest'

const HONO_OBSERVABILITY_SECRET = 'known to the app only'
const env = { HONO_OBSERVABILITY_SECRET }
const USERS = 'hono.users.seen'
const SESSIONS = 'hono.sessions.seen'

const byHeader: UsersSeenOptions = {
  user: (c) => c.req.header('x-user'),
  session: (c) => c.req.header('x-session'),
}

const setUp = (seen: UsersSeenOptions = byHeader, options: ObservabilityOptions = {}) => {
  const app = new Hono()
  app.use(observability({ ...options }), usersSeen(seen))
  app.get('/', (c) => c.text('in'))
  app.get('/fails', () => {
    throw new Error('out of coffee')
  })
  return app
}

/** What is recorded of requests of these users, one after the other. */
const visits = (
  app: Hono,
  users: readonly string[],
  { bindings = env, path = '/' }: { bindings?: object; path?: string } = {},
) =>
  captured(async () => {
    for (const user of users) {
      await app.request(path, { headers: { 'x-user': user, 'x-session': `of ${user}` } }, bindings)
    }
    return new Response()
  }, '/')

const slotsOf = ({ metrics }: Pick<CapturedTelemetry, 'metrics'>, name = USERS): number[] =>
  metrics
    .filter((point) => point.name === name)
    .map(({ attributes }) => Number(attributes['hono.slot']))

/** As the dashboards estimate it. */
const estimate = (slots: number): number => -256 * Math.log(1 - Math.min(slots, 255) / 256)

const named = (count: number, prefix = 'user'): string[] =>
  Array.from({ length: count }, (_, i) => `${prefix}-${i}`)

afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

describe('usersSeen', () => {
  it('counts the slots of a user and a session, and tells neither', async () => {
    const seen = await visits(setUp(), ['ann@example.com'])
    expect(slotsOf(seen)).toHaveLength(1)
    expect(slotsOf(seen, SESSIONS)).toHaveLength(1)
    expect(seen.metrics.find(({ name }) => name === USERS)).toMatchObject({
      value: 1,
      unit: '{sighting}',
    })
    expect(JSON.stringify([seen.metrics, seen.spans, seen.logs])).not.toContain('ann')
  })

  it('counts who failed as well, and nobody where there is no id', async () => {
    expect(slotsOf(await visits(setUp(), ['ann'], { path: '/fails' }))).toHaveLength(1)
    const none = await visits(setUp(), [''])
    expect(slotsOf(none)).toEqual([])
  })

  it.each([Number.NaN, Number.POSITIVE_INFINITY])('counts nobody by the number %s', async (id) => {
    expect(slotsOf(await visits(setUp({ user: () => id }), ['ann']))).toEqual([])
  })

  it('does not tell what a function of the app’s threw', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
    const fails = () => {
      throw new Error('no such user: ann@example.com')
    }
    await visits(setUp({ user: fails, session: () => 's' }), ['ann'])
    expect(
      warn.mock.calls.map(String).filter((line) => line.includes('`user` threw')),
    ).toHaveLength(1)
    expect(String(warn.mock.calls)).not.toContain('ann')
  })

  it('has the same slot for a user in every isolate, and another by another secret', async () => {
    const users = named(20)
    const first = slotsOf(await visits(setUp(), users)).toSorted()
    expect(slotsOf(await visits(setUp(), users)).toSorted()).toEqual(first)
    const bindings = { HONO_OBSERVABILITY_SECRET: 'quite another and long enough' }
    const others = slotsOf(await visits(setUp(), users, { bindings })).toSorted()
    expect(others.length).toBeGreaterThan(10)
    expect(others).not.toEqual(first)
    const ids = await visits(
      setUp({ user: byHeader.user as never, session: byHeader.user as never }),
      users,
    )
    expect(slotsOf(ids, SESSIONS).toSorted()).not.toEqual(slotsOf(ids).toSorted())
  })

  it('counts a slot once a minute, also when the clock was set back', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: 1_000_000_000 })
    const app = setUp()
    const times = async (nowMs: number) => {
      vi.setSystemTime(nowMs)
      return slotsOf(await visits(app, ['ann', 'ann'])).length
    }
    expect(await times(1_000_000_000)).toBe(1)
    expect(await times(1_000_059_999)).toBe(0)
    expect(await times(1_000_060_000)).toBe(1)
    expect(await times(999_000_000)).toBe(1)
  })

  it.each([
    [20, 0.2],
    [250, 0.16],
    [1000, 0.33],
  ])('lets %i users be estimated within three standard errors', async (count, error) => {
    const seen = new Set(slotsOf(await visits(setUp(), named(count))))
    expect(Math.abs(estimate(seen.size) / count - 1)).toBeLessThan(error)
  })

  it('has no more than 256 series, whoever comes', async () => {
    const seen = slotsOf(await visits(setUp(), named(5000)))
    expect(seen).toHaveLength(256)
    expect(Math.max(...seen)).toBe(255)
    expect(estimate(seen.length)).toBeLessThan(1420)
  }, 30_000)

  it('looks at one in so many', async () => {
    const app = setUp({ ...byHeader, oneIn: 8 })
    const seen = new Set(slotsOf(await visits(app, named(1600))))
    expect(Math.abs((8 * estimate(seen.size)) / 1600 - 1)).toBeLessThan(0.3)
  })

  it('counts nobody without the secret, and says so once', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
    const seen = await visits(setUp(), ['ann', 'bob'], { bindings: {} })
    expect(slotsOf(seen)).toEqual([])
    const said = warn.mock.calls.flat().filter((text) => `${text}`.includes('users and sessions'))
    expect(said).toHaveLength(1)
    expect(said[0]).toContain('Set HONO_OBSERVABILITY_SECRET.')
  })

  it('counts nobody of a request that is ignored', async () => {
    const ignoring = setUp(byHeader, { http: { ignore: ['/'] } })
    expect(slotsOf(await visits(ignoring, ['ann']))).toEqual([])
  })

  it('does not take a credential of the exporter for the secret', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
    // What was warned of before is not said again.
    vi.resetModules()
    const fresh = await import('hono-observability')
    const { usersSeen: seen } = await import('hono-observability/hono')
    const app = new Hono()
    const otlp = {
      endpoint: 'https://collector.example',
      headers: { authorization: 'Bearer long enough to sign' },
      fetch: async () => new Response('{}'),
    }
    app.use(fresh.observability({ logs: false, otlp }), seen(byHeader))
    app.get('/', (c) => c.text('in'))
    await app.request('/', { headers: { 'x-user': 'ann' } }, {})
    expect(warn.mock.calls.join('\n')).toContain('users and sessions are not counted')
  })

  it('does not harm the app when an id cannot be read', async () => {
    vi.spyOn(console, 'warn').mockImplementation(() => {})
    vi.spyOn(console, 'error').mockImplementation(() => {})
    const app = setUp({
      user: () => {
        throw new Error('no session')
      },
    })
    const { response } = await captured(app, '/', { env })
    expect([response.status, await response.text()]).toEqual([200, 'in'])
  })

  it.each([
    [{}, '`user` must be a function, or else `session`, received undefined'],
    [{ user: 'ann' }, '`user` must be a function, received "ann"'],
    [{ session: 7 }, '`session` must be a function, received 7'],
    [{ ...byHeader, oneIn: 0 }, '`oneIn` must be a whole number from 1 to 65536, received 0'],
    [{ ...byHeader, oneIn: 1.5 }, '`oneIn` must be a whole number from 1 to 65536, received 1.5'],
  ])('refuses %j', (options, message) => {
    expect(() => usersSeen(options as never)).toThrow(`Cannot count users: ${message}`)
  })
})
