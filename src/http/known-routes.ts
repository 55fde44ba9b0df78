import { PatternRouter } from 'hono/router/pattern-router'
import { getPath } from 'hono/utils/url'
import { mustBe } from '../base/messages.ts'

/** A method before the path, as in `GET /orders`. */
const ROUTE = /^(?:([A-Z]+) )?(\/.*)$/

/**
 * Finer routes than a wildcard's, for `http.route`: those of a library that answers all below one path, as Better Auth or an
 * OAuth provider does. Of a request it says the first of these that fits, and nothing where none does: then the route is
 * what Hono knows. So there are never more routes than are listed, whatever clients ask for.
 *
 * @param routes - Paths as Hono writes them (`/api/auth/callback/:id`, `/files/*`), with a method in front or for all of
 *   them, in the order in which they are compared.
 * @returns What `http.route` takes. It says the path, without the method.
 * @throws TypeError when one of them is not a path.
 *
 * @example
 * ```ts
 * import { observability } from 'hono-observability'
 * import { knownRoutes } from 'hono-observability/routes'
 *
 * observability({
 *   http: { route: knownRoutes(['/api/auth/sign-in/email', '/api/auth/callback/:id']) },
 * })
 * ```
 */
export const knownRoutes = (
  routes: readonly string[],
): ((request: Request) => string | undefined) => {
  const router = new PatternRouter<string>()
  for (const route of Array.isArray(routes) ? routes : [routes]) {
    const [, method = 'ALL', path] = ROUTE.exec(String(route)) ?? []
    if (!path) {
      const expected = 'paths like `/orders/:id`, with or without a method in front'
      throw new TypeError(`Cannot know routes: ${mustBe('routes', expected, route)}`)
    }
    router.add(method, path, path)
  }
  return (request) => {
    const [found] = router.match(request.method, getPath(request))[0]
    return found?.[0]
  }
}
