import { activeContext } from '../../context/async-context.ts'
import { ownRoute } from '../given-route.ts'
import { passageOf } from '../inner-request.ts'
import { currentRequest } from '../request-scope.ts'
import { routeOf } from '../route.ts'
import { Connection } from './connection.ts'
import { newState } from './connection-state.ts'
import type { WebSocketSettings } from './settings.ts'

/** The connection that the request handled now is upgraded to; undefined where there is none, or it is ignored. */
export const beginConnection = (
  settings: WebSocketSettings,
  otherwise = '',
): Connection | undefined => {
  const base = activeContext()
  const request = currentRequest(base)
  const parent = request?.span.spanContext()
  if (!request || request.isIgnored || !parent) {
    return undefined
  }
  const passage = passageOf(base) ?? request
  const route =
    ownRoute(passage) ?? (passage.handling ? routeOf(passage.handling, 101) : passage.route)
  return new Connection(
    request.telemetry,
    newState(parent, route, otherwise),
    base,
    (settings.messages ?? 'events') === 'events',
  )
}
