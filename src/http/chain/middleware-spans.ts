import { warnOnce } from '../../base/warn.ts'
import type { MiddlewareTracing } from '../../traces/options.ts'
import { matchedOf, type Registration } from './matched.ts'
import { addTimings } from './server-timing.ts'
import { tracedHandler } from './traced-handler.ts'

const traced = /* @__PURE__ */ new WeakSet<Registration>()

/** Middleware of this package, which does nothing that takes time. */
const OWN: ReadonlySet<string> = /* @__PURE__ */ new Set([
  'observability',
  'honoMetrics',
  'openapiOperations',
])

/** In place, since it is what Hono keeps calling: once for each registration, not for each request. */
const trace = (registration: Registration): void => {
  // By the registration, in which others put handlers of theirs as well.
  if (!traced.has(registration)) {
    traced.add(registration)
    if (!OWN.has(registration[1].handler.name)) {
      registration[0] = tracedHandler(registration)
    }
  }
}

/**
 * A span for each middleware and handler that a request goes through, behind the `observability` middleware, with the
 * time that middleware took before and after `next`; entries of `hono/timing` become events of the server span.
 *
 * Spans are named `middleware cors` by the function's name, or else `middleware /admin/*` by what it is registered for.
 * One is below the one that called `next`, as they run. What Hono calls is wrapped on an app's first requests, and
 * runs without a span where the request is not recorded. Error handlers and `notFound` have none.
 *
 * @returns What `traces.middleware` takes.
 *
 * @example
 * ```ts
 * import { Hono } from 'hono'
 * import { observability } from 'hono-observability'
 * import { middlewareSpans } from 'hono-observability/middleware'
 *
 * const app = new Hono()
 * app.use(observability({ traces: { middleware: middlewareSpans() } }))
 * ```
 */
export const middlewareSpans = (): MiddlewareTracing => ({
  enter(c) {
    const matched = matchedOf(c)
    if (!matched) {
      warnOnce('`traces.middleware` has no effect: this version of Hono is not known.')
      return
    }
    // Those before are at work already.
    for (const registration of matched.slice(c.req.routeIndex + 1)) {
      trace(registration)
    }
  },
  leave: addTimings,
})
