import { type Attributes, trace } from '@opentelemetry/api'
import * as ATTR from '../base/semconv.ts'
import { atOnce } from '../base/thenable.ts'
import { warnOnce } from '../base/warn.ts'
import type { Passage, RequestScope } from './request-scope.ts'

/** Characters of a route that the app gives: one that is made of a path may be of any length. */
const MAX_ROUTE = 255

/** A route that the app or a library set on the span by itself. */
export const ownRoute = ({ context }: Passage): string | undefined => {
  const route = (trace.getSpan(context) as { attributes?: Attributes } | undefined)?.attributes?.[
    ATTR.route
  ]
  return typeof route === 'string' ? route : undefined
}

/** What the app says, on the span itself or by `http.route`, beats what Hono knows. */
export const finalRoute = (scope: RequestScope): string | undefined => {
  const { request, telemetry, route: known } = scope
  const { route } = telemetry.config.http
  if (!route) {
    return known ?? ownRoute(scope)
  }
  try {
    const given: unknown = ownRoute(scope) ?? (request && atOnce(route(request)))
    return typeof given === 'string' && given ? given.slice(0, MAX_ROUTE) : known
  } catch {
    warnOnce('`http.route` failed: the request has the route that Hono knows.')
    return known
  }
}
