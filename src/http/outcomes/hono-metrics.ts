import type { Context, MiddlewareHandler } from 'hono'
import { findTargetHandler } from 'hono/utils/handler'
import { guard } from '../../base/guard.ts'
import { readProperty } from '../../base/thrown.ts'
import { warnOnce } from '../../base/warn.ts'
import { ownCounter } from '../../metrics/own.ts'
import { honoName } from '../chain/hono-name.ts'
import { matchedOf, type Registration } from '../chain/matched.ts'
import { isMiddleware } from '../is-middleware.ts'
import { counted, SCHEMES, tellAuth } from './auth.ts'
import { sayOnRequest } from './on-request.ts'
import { isSuccess, observePassing, type Told } from './passing.ts'

const refusals = /* @__PURE__ */ ownCounter(
  'hono.middleware.refusals',
  '{request}',
  'Requests that Hono’s own middleware refused.',
)

const cached = /* @__PURE__ */ ownCounter(
  'hono.cache.requests',
  '{request}',
  'Requests that came to the cache middleware, by whether it answered.',
)

/** Middleware that lets requests pass, or else refuses them by a status. */
const GUARDS: ReadonlySet<string> = /* @__PURE__ */ new Set([
  'bodyLimit',
  'csrf',
  'ipRestriction',
  'timeout',
])

const tellGuard = (name: string): Told => ({
  passed() {},
  refused(_, refusal) {
    if (isSuccess(refusal)) {
      return
    }
    const { error, response } = refusal
    const status = readProperty(error ?? response, 'status')
    if (sayOnRequest({ 'hono.middleware.refused_by': name })) {
      refusals.add(1, {
        'hono.handler.name': name,
        'http.response.status_code': typeof status === 'number' ? status : undefined,
      })
    }
  },
})

const tellCache = (): Told => {
  const tell = (result: string): void => {
    const attributes = { 'hono.cache.result': result }
    if (sayOnRequest(attributes)) {
      cached.add(1, attributes)
    }
  }
  return {
    passed: () => tell('miss'),
    refused(_, { error }) {
      if (error === undefined) {
        tell('hit')
      }
    },
  }
}

const tellerOf = (name: string): Told | undefined =>
  Object.hasOwn(SCHEMES, name)
    ? tellAuth(SCHEMES[name] as string)
    : GUARDS.has(name)
      ? tellGuard(name)
      : name === 'cache'
        ? tellCache()
        : undefined

const observed = /* @__PURE__ */ new WeakSet<Registration>()

/** Requests that came by `honoMetrics()`: what is registered for more paths than that is observed for these alone. */
const listening = /* @__PURE__ */ new WeakSet<Context>()

/** In place, since it is what Hono keeps calling: once for each registration, not for each request. */
const observe = (registration: Registration): void => {
  const target = findTargetHandler(registration[1].handler as never)
  if (observed.has(registration) || counted.has(target)) {
    return
  }
  observed.add(registration)
  // A route's handler may well be called `jwt`: Hono's own all take `next`.
  const told = isMiddleware(target) ? tellerOf(honoName(target.name)) : undefined
  if (told) {
    const [handler] = registration
    registration[0] = (c, next) =>
      listening.has(c) ? observePassing(handler, c, next, told) : handler(c, next)
  }
}

/**
 * Counts what Hono's own middleware decides, without a change to it: who is let in by `jwt`, `jwk`, `bearerAuth` and
 * `basicAuth` (`hono.auth.requests`, with the reason why not), what `bodyLimit`, `csrf`, `ipRestriction` and `timeout`
 * refuse (`hono.middleware.refusals`), and what `cache` answers (`hono.cache.requests`). The same is on the request's
 * span and access line. No token, name or address is recorded.
 *
 * Register it right behind `observability()`. It knows middleware that is registered behind it by the names of Hono's
 * functions; see `countedAuth` for the rest. What Hono calls is wrapped on an app's first requests.
 *
 * @returns A Hono middleware.
 *
 * @example
 * ```ts
 * import { Hono } from 'hono'
 * import { bearerAuth } from 'hono/bearer-auth'
 * import { observability } from 'hono-observability'
 * import { honoMetrics } from 'hono-observability/hono'
 *
 * const app = new Hono()
 * app.use(observability(), honoMetrics())
 * app.use('/admin/*', bearerAuth({ token: 'secret' }))
 * ```
 */
export const honoMetrics = (): MiddlewareHandler =>
  async function honoMetrics(c, next) {
    guard(() => {
      const matched = matchedOf(c)
      if (!matched) {
        warnOnce('`honoMetrics()` has no effect: this version of Hono is not known.')
        return
      }
      listening.add(c)
      for (const registration of matched.slice(c.req.routeIndex + 1)) {
        observe(registration)
      }
    })
    await next()
  }
