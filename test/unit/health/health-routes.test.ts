import { Hono } from 'hono'
import { afterEach, expect, it, vi } from 'vitest'
import { custom, drain, healthRoutes, undrain } from '../../../src/entries/health.ts'
import { probe } from './probes.ts'

const quiet = { onStatusChange: () => {} }
const failing = custom(() => {
  throw new Error('secret-host refused SELECT password FROM users')
})
const passing = custom(() => true)

afterEach(undrain)

it.each(['/livez', '/health/live'])('%s runs no checks', async (path) => {
  const run = vi.fn()
  const app = healthRoutes({ checks: { db: custom(run) } })
  const { status, report } = await probe(app, path)
  expect([status, report]).toEqual([200, { status: 'pass' }])
  expect(run).not.toHaveBeenCalled()
})

it.each(['/readyz', '/ready', '/health/ready'])('%s runs the critical checks', async (path) => {
  const optional = vi.fn()
  const app = healthRoutes({
    checks: { db: passing, mail: custom(optional, { critical: false }) },
  })
  const { status, report } = await probe(app, path)
  expect(status).toBe(200)
  expect(report).toEqual({ status: 'pass', checks: { db: [{ status: 'pass' }] } })
  expect(optional).not.toHaveBeenCalled()
})

it('/health tells the status of all checks by name and nothing else', async () => {
  const app = healthRoutes({
    ...quiet,
    version: '1.2.3',
    releaseId: 'abc',
    serviceId: 'shop',
    checks: { db: failing, mail: passing },
  })
  const { status, text } = await probe(app, '/health')
  expect(status).toBe(503)
  expect(text).toBe(
    '{"status":"fail","checks":{"db":[{"status":"fail"}],"mail":[{"status":"pass"}]}}',
  )
})

it('answers 200 and warn when a check that is not critical fails', async () => {
  const mail = custom(() => false, { critical: false })
  const app = healthRoutes({ ...quiet, checks: { db: passing, mail } })
  const { status, report } = await probe(app, '/health')
  expect([status, report.status]).toEqual([200, 'warn'])
  expect(report.checks?.mail?.[0].status).toBe('fail')
})

it('answers 200 and warn when a critical check warns', async () => {
  const app = healthRoutes({ ...quiet, checks: { db: custom(() => ({ status: 'warn' })) } })
  const { status, report } = await probe(app, '/readyz')
  expect([status, report.status]).toEqual([200, 'warn'])
})

it('passes without any checks', async () => {
  expect((await probe(healthRoutes(), '/readyz')).status).toBe(200)
})

it('is warn when a run takes longer than degradedAboveMs', async () => {
  const slow = () => new Promise<boolean>((resolve) => setTimeout(() => resolve(true), 20))
  const checks = { db: custom(slow, { degradedAboveMs: 5 }) }
  const { status, report } = await probe(healthRoutes({ ...quiet, checks }), '/readyz')
  expect([status, report.status]).toEqual([200, 'warn'])
})

it('is warn below the failure threshold, fail at it, and fail until the success threshold', async () => {
  const outcomes = [true, false, false, true, true]
  const check = custom(() => outcomes.shift() === true, {
    cacheMs: 0,
    failureThreshold: 2,
    successThreshold: 2,
  })
  const app = healthRoutes({ ...quiet, checks: { db: check } })
  const statuses = []
  while (outcomes.length) statuses.push((await probe(app, '/readyz')).report.status)
  expect(statuses).toEqual(['pass', 'warn', 'fail', 'fail', 'pass'])
})

it('runs checks in parallel, each within its own time', async () => {
  const hanging = () => new Promise<boolean>(() => {})
  const checks = {
    a: custom(hanging, { timeoutMs: 300 }),
    b: custom(hanging, { timeoutMs: 300 }),
    c: passing,
  }
  const startMs = performance.now()
  const { status, report } = await probe(healthRoutes({ ...quiet, checks }), '/health')
  expect(performance.now() - startMs).toBeLessThan(550)
  expect(status).toBe(503)
  expect(report.checks?.c).toEqual([{ status: 'pass' }])
})

it('selects checks by tag, and knows which tags there are', async () => {
  const checks = { db: custom(() => true, { tags: ['storage'] }), mail: passing }
  const app = healthRoutes({ checks })
  const { report } = await probe(app, '/health?tag=storage')
  expect(Object.keys(report.checks ?? {})).toEqual(['db'])
  expect((await probe(app, '/health?tag=none')).status).toBe(404)
})

it('answers HEAD like GET, without a body', async () => {
  const app = healthRoutes({ ...quiet, checks: { db: failing } })
  const { status, headers, text } = await probe(app, '/readyz', { method: 'HEAD' })
  expect([status, text]).toEqual([503, ''])
  expect(headers.get('Content-Type')).toBe('application/health+json')
})

it.each(['POST', 'PUT', 'DELETE', 'OPTIONS'])(
  'refuses %s, without running checks',
  async (method) => {
    const run = vi.fn()
    const app = healthRoutes({ checks: { db: custom(run) } })
    for (const path of ['/livez', '/readyz', '/health', '/health/detailed']) {
      const { status, headers } = await probe(app, path, { method })
      expect([status, headers.get('Allow')]).toEqual([405, 'GET, HEAD'])
      expect(headers.get('Cache-Control')).toBe('no-store')
    }
    expect(run).not.toHaveBeenCalled()
  },
)

it('is never cached', async () => {
  const app = healthRoutes({ ...quiet, checks: { db: failing } })
  for (const path of ['/livez', '/readyz', '/health', '/health/detailed', '/health?tag=x']) {
    expect((await probe(app, path)).headers.get('Cache-Control')).toBe('no-store')
  }
})

it('answers in plain text when asked', async () => {
  const app = healthRoutes({ ...quiet, checks: { db: failing, mail: passing } })
  const { headers, text } = await probe(app, '/health', { headers: { Accept: 'text/plain' } })
  expect(headers.get('Content-Type')).toMatch(/^text\/plain/)
  expect(text).toBe('fail\ndb: fail\nmail: pass\n')
})

it('keeps its paths below where it is mounted, and takes others', async () => {
  const app = new Hono().route('/ops', healthRoutes({ paths: { live: ['/up'], ready: [] } }))
  expect((await probe(app, '/ops/up')).status).toBe(200)
  expect((await probe(app, '/ops/health')).status).toBe(200)
  expect((await probe(app, '/ops/livez')).status).toBe(404)
  expect((await probe(app, '/ops/readyz')).status).toBe(404)
})

it('turns readiness, and only readiness, to 503 while draining, without running checks', async () => {
  const run = vi.fn()
  const app = healthRoutes({ checks: { db: custom(run) } })
  drain()
  const { status, report } = await probe(app, '/readyz')
  expect([status, report]).toEqual([503, { status: 'fail', notes: ['draining'] }])
  expect(run).not.toHaveBeenCalled()
  expect((await probe(app, '/livez')).status).toBe(200)
  expect((await probe(app, '/health')).status).toBe(200)
  undrain()
  expect((await probe(app, '/readyz')).status).toBe(200)
})

it('marks its requests for telemetry to leave out, unless probes are to be traced', async () => {
  for (const traceProbes of [false, true]) {
    const marks: unknown[] = []
    const app = new Hono<{ Variables: Record<string, unknown> }>()
    app.use(async (c, next) => {
      await next()
      marks.push(c.get('hono-observability.probe'))
    })
    app.route('/', healthRoutes({ traceProbes }))
    await probe(app, '/livez')
    await probe(app, '/readyz')
    expect(marks).toEqual([!traceProbes, !traceProbes])
  }
})

it('keeps a run alive beyond its request where there is an execution context', async () => {
  const waitUntil = vi.fn()
  const app = healthRoutes({ checks: { db: passing } })
  await app.request('/readyz', {}, {}, { waitUntil, passThroughOnException() {}, props: {} })
  expect(waitUntil).toHaveBeenCalledExactlyOnceWith(expect.any(Promise))
})
