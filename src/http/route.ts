import type { Context } from 'hono'
import { findTargetHandler } from 'hono/utils/handler'
import { isMiddleware } from './is-middleware.ts'

/** A route as the app registered it. */
type Route = Context['req']['matchedRoutes'][number]

/** Who answered a request, as far as Hono knows. */
export interface Answer {
  /** The path that the handler which ran last was registered for. */
  readonly path: string | undefined
  /** Whether that was meant as the end of the line: a route, and not middleware that answered or asked on. */
  readonly isHandler: boolean
}

/**
 * Not by `matchedRoutes` of `hono/route`: it reads a symbol of its own copy of Hono, and so throws where an app has
 * two (CommonJS beside ESM, JSR beside npm, two versions).
 */
const routesOf = (c: Context): readonly Route[] => c.req.matchedRoutes

/** Only `use`, `all` and `mount` register for every method, and only middleware takes a second parameter. */
const isHandler = ({ method, handler }: Route): boolean =>
  method !== 'ALL' || !isMiddleware(findTargetHandler(handler))

/** Who handles, or handled, the request last. */
export const answerOf = (c: Context): Answer => {
  const route = routesOf(c)[c.req.routeIndex]
  return { path: route?.path, isHandler: !!route && isHandler(route) }
}

/**
 * The route template that answered, as `http.route`; undefined when none did.
 *
 * Hono knows which handler ran last, not whether it was meant as the end of the line: a 404 stops in the
 * last middleware, an auth middleware answers for the route behind it. So the first route from there on that
 * looks like a handler is the one the request was for.
 */
export const routeOf = (c: Context, status: number): string | undefined => {
  const routes = routesOf(c)
  const index = c.req.routeIndex
  for (let i = index; i < routes.length; i++) {
    const route = routes[i]
    if (route && isHandler(route)) {
      return route.path
    }
  }
  const path = routes[index]?.path
  // Mounted apps and static files answer from middleware under a path of their own.
  return status !== 404 && path !== undefined && path !== '*' && path !== '/*' ? path : undefined
}
