import { Hono } from 'hono'
import { expect, it } from 'vitest'
import {
  type CheckOptions,
  custom,
  d1,
  type HealthCheck,
  healthRoutes,
  kv,
} from '../../../src/entries/health.ts'
import { probe } from './probes.ts'

it.each<[keyof CheckOptions, unknown, string]>([
  ['timeoutMs', 0, 'an integer from 1 to 2147483647, received 0'],
  ['timeoutMs', Number.NaN, 'an integer from 1 to 2147483647, received NaN'],
  ['timeoutMs', Number.POSITIVE_INFINITY, 'an integer from 1 to 2147483647, received Infinity'],
  ['timeoutMs', 1.5, 'an integer from 1 to 2147483647, received 1.5'],
  ['timeoutMs', '5', 'an integer from 1 to 2147483647, received 5'],
  ['cacheMs', -1, 'an integer from 0 to 2147483647, received -1'],
  ['degradedAboveMs', -1, 'an integer from 0 to 2147483647, received -1'],
  ['failureThreshold', 0, 'an integer from 1 to 2147483647, received 0'],
  ['successThreshold', null, 'an integer from 1 to 2147483647, received null'],
])('refuses %s: %s when the routes are made', (option, value, expected) => {
  const options = { [option]: value } as CheckOptions
  expect(() => healthRoutes({ checks: { db: custom(() => true, options) } })).toThrow(
    new TypeError(`Cannot check health: \`checks.db.${option}\` must be ${expected}`),
  )
})

it.each([undefined, null, 'kv', () => true])('refuses %s as a check', (check) => {
  const checks = { db: check as unknown as HealthCheck }
  expect(() => healthRoutes({ checks })).toThrow('`checks.db` must be a health check, received')
})

it('throws an unknown binding name to the app, with the bindings there are, never to the caller', async () => {
  const errors: Error[] = []
  const app = new Hono().route('/', healthRoutes({ checks: { db: d1('BD') } }))
  app.onError((error, c) => {
    errors.push(error)
    return c.text('sorry', 500)
  })
  const env = { DB: { prepare() {} }, CACHE: { get() {} }, SECRET: 'hunter2' }
  for (const path of ['/readyz', '/health', '/health?tag=x']) {
    const { text } = await probe(app, path, {}, env)
    expect(text).not.toMatch(/DB|CACHE|BD|hunter2/)
  }
  expect(errors[0]?.message).toBe(
    'Cannot check health: `checks.db` must be on a binding with prepare() (there is DB), received BD',
  )
})

it('throws on a binding of another kind, whichever checks the probe is for', async () => {
  const checks = { db: custom(() => true), cache: kv('DB', { critical: false }) }
  const app = healthRoutes({ checks })
  let message: string | undefined
  app.onError((error, c) => {
    message = error.message
    return c.text('sorry', 500)
  })
  const { status } = await probe(app, '/readyz', {}, { DB: { prepare() {} } })
  expect(status).toBe(500)
  expect(message).toContain(
    '`checks.cache` must be on a binding with get() (there is none), received DB',
  )
})

it.each([
  ['no environment', undefined],
  ['the environment of @hono/node-server', { incoming: { url: '/' }, outgoing: { end() {} } }],
])('throws clearly where there are no bindings: %s', async (_, env) => {
  const app = healthRoutes({ checks: { db: d1('DB') } })
  app.onError((error, c) => c.text(error.message, 500))
  expect((await probe(app, '/readyz', {}, env)).text).toBe(
    'Cannot check health: `checks.db` must be on a binding with prepare() (there is none), received DB',
  )
})

it('answers liveness in spite of a wrong binding name', async () => {
  const app = healthRoutes({ checks: { db: d1('DB') } })
  expect((await probe(app, '/livez')).status).toBe(200)
})
