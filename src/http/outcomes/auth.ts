import type { MiddlewareHandler } from 'hono'
import { mustBe } from '../../base/messages.ts'
import { ownCounter } from '../../metrics/own.ts'
import { honoName } from '../chain/hono-name.ts'
import type { Handler } from '../chain/matched.ts'
import { type AuthReason, reasonOf } from './auth-reason.ts'
import { sayOnRequest } from './on-request.ts'
import { isSuccess, observePassing, type Told } from './passing.ts'

const requests = /* @__PURE__ */ ownCounter(
  'hono.auth.requests',
  '{request}',
  'Requests that came to authentication, by what became of them.',
)

/** Middleware that is counted where it stands, and so not once more where it is registered. */
export const counted: WeakSet<object> = /* @__PURE__ */ new WeakSet()

/** Schemes of Hono's own middleware, by the names of its functions. */
export const SCHEMES: Readonly<Record<string, string>> = {
  jwt: 'jwt',
  jwk: 'jwk',
  bearerAuth: 'bearer',
  basicAuth: 'basic',
}

/** Counts what authentication of a scheme does. */
export const tellAuth = (scheme: string): Told => {
  const tell = (outcome: string, reason: AuthReason): void => {
    const attributes = {
      'hono.auth.scheme': scheme,
      'hono.auth.outcome': outcome,
      'hono.auth.reason': reason,
    }
    if (sayOnRequest(attributes)) {
      requests.add(1, attributes)
    }
  }
  return {
    passed(c) {
      const isAnonymous = scheme === 'jwk' && c.get('jwtPayload') === undefined
      tell('success', isAnonymous ? 'anonymous' : 'none')
    },
    refused(c, refusal) {
      // What it throws afterwards is no longer about who asks.
      if (refusal.hasPassed || isSuccess(refusal)) {
        return
      }
      const reason = reasonOf(c, refusal)
      tell(reason === 'error' ? 'error' : 'failure', reason)
    },
  }
}

/**
 * Authentication middleware whose outcomes are counted: `hono.auth.requests` with `hono.auth.scheme`,
 * `hono.auth.outcome` (`success`, `failure`, or `error` where it failed itself) and `hono.auth.reason` (`missing`,
 * `malformed`, `invalid`, `expired`, …, `none` for a success). The same is on the request's span and line. Tokens and names are nowhere.
 *
 * For what `honoMetrics()` does not see: middleware within `every`, `some` and `except` of `hono/combine`, middleware of
 * your own, and Hono's where a build takes the names of functions away. Calling `next` is success, whatever comes later; an
 * answer of 2xx without it, as to a preflight, is neither.
 *
 * @param middleware - Hono's or your own.
 * @param scheme - Default: by the function's name `jwt`, `jwk`, `bearer` or `basic`.
 * @returns Middleware that does the same.
 * @throws TypeError when there is no scheme, or it is no word of up to 32 letters, digits, `_` and `-`.
 *
 * @example
 * ```ts
 * import { Hono } from 'hono'
 * import { bearerAuth } from 'hono/bearer-auth'
 * import { some } from 'hono/combine'
 * import { countedAuth } from 'hono-observability/hono'
 *
 * const app = new Hono()
 * app.use(
 *   '/admin/*',
 *   some(
 *     countedAuth(bearerAuth({ token: 'secret' })),
 *     countedAuth(async (c, next) => (c.req.header('x-key') ? next() : c.text('no', 401)), 'key'),
 *   ),
 * )
 * ```
 */
export const countedAuth = <Middleware extends MiddlewareHandler>(
  middleware: Middleware,
  scheme?: string,
): Middleware => {
  const name = honoName(middleware.name)
  const known = scheme ?? (Object.hasOwn(SCHEMES, name) ? SCHEMES[name] : undefined)
  if (typeof known !== 'string' || !/^[\w-]{1,32}$/.test(known)) {
    throw new TypeError(
      `Cannot count authentication: ${mustBe('scheme', 'a word of up to 32 characters', known)}`,
    )
  }
  const told = tellAuth(known)
  const counting: MiddlewareHandler = (c, next) =>
    observePassing(middleware as Handler, c, next, told) as ReturnType<MiddlewareHandler>
  Object.defineProperty(counting, 'name', { value: middleware.name })
  counted.add(counting)
  return counting as Middleware
}
