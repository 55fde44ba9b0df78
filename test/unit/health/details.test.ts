import type { Context } from 'hono'
import { expect, it, vi } from 'vitest'
import { custom, type HealthOptions, healthRoutes, kv } from '../../../src/entries/health.ts'
import { probe } from './probes.ts'

const DETAILED = ['/health/detailed', '/health?verbose', '/readyz?verbose']
const bearer = (token: string): RequestInit => ({ headers: { Authorization: `Bearer ${token}` } })

it.each(DETAILED)('%s is closed without a guard, and says how to open it', async (path) => {
  const run = vi.fn()
  const app = healthRoutes({ version: '1.2.3', checks: { db: custom(run) } })
  const { status, text } = await probe(app, path, bearer(''))
  expect([status, text]).toEqual([403, 'Details need `token` or `authorize` in healthRoutes().'])
  expect(run).not.toHaveBeenCalled()
})

it.each(DETAILED)('%s opens with the token only', async (path) => {
  const app = healthRoutes({ token: 's3cret', checks: { db: custom(() => true) } })
  for (const init of [{}, bearer('s3cre'), bearer('s3crets'), bearer('undefined')]) {
    const { status, text } = await probe(app, path, init)
    expect([status, text]).toEqual([403, 'Details need `Authorization: Bearer <token>`.'])
  }
  expect((await probe(app, path, bearer('s3cret'))).report.checks?.db?.[0].time).toBeDefined()
})

it('reads the token from the environment', async () => {
  const app = healthRoutes({ token: (env: { TOKEN?: string }) => env.TOKEN })
  const asked = (env: object, token: string) => probe(app, '/health/detailed', bearer(token), env)
  expect((await asked({ TOKEN: 'abc' }, 'abc')).status).toBe(200)
  expect((await asked({ TOKEN: 'abc' }, 'abd')).status).toBe(403)
  expect((await asked({}, 'undefined')).text).toContain('`token` or `authorize`')
  expect((await asked({ TOKEN: '' }, '')).status).toBe(403)
})

it('asks authorize, which must return true', async () => {
  const authorize = vi.fn(async (c: Context) => c.req.header('X-Role') === 'ops')
  const app = healthRoutes({ authorize })
  const asked = (role: string) => probe(app, '/health/detailed', { headers: { 'X-Role': role } })
  expect((await asked('ops')).status).toBe(200)
  expect((await asked('dev')).status).toBe(403)
  const truthy = healthRoutes({ authorize: (() => 'yes') as unknown as () => boolean })
  expect((await probe(truthy, '/health/detailed')).status).toBe(403)
})

it('opens with either the token or authorize when both are set', async () => {
  const app = healthRoutes({ token: 'abc', authorize: (c) => c.req.query('me') === '1' })
  expect((await probe(app, '/health/detailed', bearer('abc'))).status).toBe(200)
  expect((await probe(app, '/health/detailed?me=1')).status).toBe(200)
  expect((await probe(app, '/health/detailed')).status).toBe(403)
})

it('follows the health+json draft, with all there is to know about each check', async () => {
  const open: HealthOptions = { authorize: () => true, onStatusChange: () => {} }
  const outcomes = [true, false]
  const jobs = custom(() => ({ observedValue: 12, observedUnit: 'jobs', output: 'fine' }))
  const app = healthRoutes({
    ...open,
    version: '1',
    releaseId: (env: Record<string, unknown>) => String(env.RELEASE),
    serviceId: 'shop',
    checks: {
      cache: kv('CACHE', { tags: ['storage'] }),
      db: custom(
        () => {
          if (!outcomes.shift()) throw new Error('no such table: orders')
        },
        { critical: false, cacheMs: 0 },
      ),
      jobs,
    },
  })
  const env = { RELEASE: 'r9', CACHE: { get: async () => null } }
  await probe(app, '/health/detailed', {}, env)
  const { status, report } = await probe(app, '/health/detailed', {}, env)
  const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
  const common = { durationMs: expect.any(Number), time, lastSuccess: time }
  expect(status).toBe(200)
  expect(report).toEqual({
    status: 'warn',
    version: '1',
    releaseId: 'r9',
    serviceId: 'shop',
    checks: {
      cache: [
        {
          ...common,
          status: 'pass',
          componentId: 'CACHE',
          componentType: 'datastore',
          observedValue: expect.any(Number),
          observedUnit: 'ms',
          critical: true,
          tags: ['storage'],
        },
      ],
      db: [
        {
          ...common,
          status: 'fail',
          componentType: 'component',
          observedValue: expect.any(Number),
          observedUnit: 'ms',
          output: 'no such table: orders',
          critical: false,
        },
      ],
      jobs: [
        {
          ...common,
          status: 'pass',
          componentType: 'component',
          observedValue: 12,
          observedUnit: 'jobs',
          critical: true,
        },
      ],
    },
  })
})

it('keeps the time of the last success while a check fails', async () => {
  const outcomes = [true, false]
  const check = custom(() => outcomes.shift() === true, { cacheMs: 0 })
  const app = healthRoutes({
    authorize: () => true,
    onStatusChange: () => {},
    checks: { db: check },
  })
  const first = await probe(app, '/health/detailed')
  await new Promise((resolve) => setTimeout(resolve, 5))
  const second = await probe(app, '/health/detailed')
  const [before, after] = [first, second].map(({ report }) => report.checks?.db?.[0])
  expect(before?.lastSuccess).toBe(before?.time)
  expect(after?.lastSuccess).toBe(before?.time)
  expect(after?.time).not.toBe(before?.time)
})

it('has the details in plain text too', async () => {
  const app = healthRoutes({
    authorize: () => true,
    onStatusChange: () => {},
    checks: { db: custom(() => Promise.reject<boolean>(new Error('down'))) },
  })
  const { text } = await probe(app, '/health/detailed', { headers: { Accept: 'text/plain' } })
  expect(text).toMatch(/^fail\ndb: fail \{.*"output":"down".*\}\n$/)
})
