import type { Context } from 'hono'
import { matchedRoutes } from 'hono/route'
import { findTargetHandler } from 'hono/utils/handler'

/**
 * The route template that answered, as `http.route`; undefined when none did.
 *
 * Hono knows which handler ran last, not whether it was meant as the end of the line: a 404 stops in the
 * last middleware, an auth middleware answers for the route behind it. A handler takes one parameter,
 * middleware two, and only `use` and `all` register for every method; so the first route from there on that
 * looks like a handler is the one the request was for.
 */
export const routeOf = (c: Context, status: number): string | undefined => {
  const routes = matchedRoutes(c)
  const index = c.req.routeIndex
  for (let i = index; i < routes.length; i++) {
    const route = routes[i]
    if (route && (route.method !== 'ALL' || findTargetHandler(route.handler).length < 2)) {
      return route.path
    }
  }
  const path = routes[index]?.path
  // Mounted apps and static files answer from middleware under a path of their own.
  return status !== 404 && path !== undefined && path !== '*' && path !== '/*' ? path : undefined
}
