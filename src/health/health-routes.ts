import { type Context, Hono } from 'hono'
import { fromEnv } from '../http/guarded.ts'
import { PROBE_MARK } from '../http/probe-mark.ts'
import { isDraining } from '../runtimes/drain.ts'
import { createComponent } from './component.ts'
import { refusal } from './guard.ts'
import type { HealthOptions } from './options.ts'
import { reply } from './reply.ts'
import { type Checked, overallStatus, reportedChecks } from './report.ts'
import { runListener } from './run-listener.ts'

type Level = 'live' | 'ready' | 'summary' | 'detailed'

const DEFAULT_PATHS: Readonly<Record<Level, readonly string[]>> = {
  live: ['/livez', '/health/live'],
  ready: ['/readyz', '/ready', '/health/ready'],
  summary: ['/health'],
  detailed: ['/health/detailed'],
}

/** Off Workers there is no execution context, and reading it throws. */
const keepAlive = (c: Context, run: Promise<unknown>): void => {
  try {
    c.executionCtx.waitUntil(run)
  } catch {
    // The process outlives the request by itself.
  }
}

/**
 * Makes the health routes, as a Hono app to mount: `app.route('/', healthRoutes({ … }))`.
 *
 * GET and HEAD only. `fail` is 503, `warn` and `pass` are 200. Bodies follow
 * draft-inadarei-api-health-check-06, or are plain text if the `Accept` header prefers it.
 * Errors, versions and binding names are in the detailed body only, which `token` or `authorize` opens.
 *
 * @throws {TypeError} when a check or one of its settings is wrong.
 *
 * @example
 * ```ts
 * import { Hono } from 'hono'
 * import { custom, healthRoutes } from 'hono-observability/health'
 *
 * const app = new Hono()
 * app.route('/', healthRoutes({ checks: { queue: custom(() => true) } }))
 *
 * const response = await app.request('/readyz')
 * console.assert(response.status === 200)
 * ```
 */
export const healthRoutes = <Bindings extends object = Record<string, unknown>>(
  options: HealthOptions<Bindings> = {},
): Hono => {
  const onRun = runListener(options)
  const components = Object.entries(options.checks ?? {}).map(([name, check]) =>
    createComponent(name, check, onRun),
  )

  const answer = async (c: Context, level: Level): Promise<Response> => {
    c.set(PROBE_MARK, !options.traceProbes)
    c.header('Cache-Control', 'no-store')
    if (!/^(GET|HEAD)$/.test(c.req.method)) {
      return c.body(null, 405, { Allow: 'GET, HEAD' })
    }
    if (level === 'live') {
      return reply(c, { status: 'pass' })
    }

    const detailed = level === 'detailed' || c.req.query('verbose') !== undefined
    const refused = detailed && (await refusal(c, options))
    if (refused) {
      return c.text(refused, 403)
    }

    const tag = c.req.query('tag')
    const selected = components.filter(
      ({ check, critical }) =>
        (level !== 'ready' || critical) && (tag === undefined || check.tags?.includes(tag)),
    )
    if (tag !== undefined && !selected.length) {
      return c.text('No check has this tag.', 404)
    }

    // A wrong binding name is a mistake in the code, so any probe sends it to the app's error handler.
    for (const component of components) {
      component.bind(c.env)
    }

    const draining = level === 'ready' && isDraining()
    const results = await Promise.all(
      (draining ? [] : selected).map(
        async (component): Promise<Checked> => [
          component,
          await component.probe(c.env, (run) => keepAlive(c, run)),
        ],
      ),
    )
    return reply(c, {
      status: draining ? 'fail' : overallStatus(results),
      ...(detailed && {
        version: fromEnv(options.version, c.env),
        releaseId: fromEnv(options.releaseId, c.env),
        serviceId: fromEnv(options.serviceId, c.env),
      }),
      ...(draining ? { notes: ['draining'] } : { checks: reportedChecks(results, detailed) }),
    })
  }

  const app = new Hono()
  for (const level of Object.keys(DEFAULT_PATHS) as Level[]) {
    for (const path of options.paths?.[level] ?? DEFAULT_PATHS[level]) {
      app.all(path, (c) => answer(c, level))
    }
  }
  return app
}
