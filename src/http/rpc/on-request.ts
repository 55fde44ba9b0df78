import type { Attributes, Context } from '@opentelemetry/api'
import { STATUS_ERROR } from '../../base/otel-enums.ts'
import * as ATTR from '../../base/semconv.ts'
import { joinFields } from '../../logs/join-fields.ts'
import type { Scope } from '../../telemetry/scope.ts'
import { ownRoute } from '../given-route.ts'
import { passageOf } from '../inner-request.ts'
import type { InnerRequest, Passage, RequestScope } from '../request-scope.ts'
import { answerOf } from '../route.ts'
import { lineOf } from '../say.ts'
import type { Failure } from './failure.ts'

/** What the calls of a request were so far. */
interface Noted {
  calls: number
  readonly keys: readonly string[]
  /** The route of the first. */
  readonly route: string | undefined
}

const noted = /* @__PURE__ */ new WeakMap<Passage, Noted>()

/**
 * Says on the request what it calls: fields of its access line, and, of calls by a path, a finer route than `/rpc/*`.
 * A request that calls several things says how many instead.
 *
 * @param below What comes below the route that Hono knows: of the server's own names.
 */
export const noteCall = (context: Context, fields: Attributes, below?: string): void => {
  const passage = passageOf(context)
  const scope = lineOf(context)
  if (!passage) {
    return
  }
  const before = noted.get(passage)
  if (!before) {
    const route = finerRoute(passage, below)
    passage.route ??= route
    noted.set(passage, { calls: 1, keys: Object.keys(fields), route })
    sayOnLine(scope, fields)
    return
  }
  before.calls++
  const none = Object.fromEntries(before.keys.map((key) => [key, undefined]))
  sayOnLine(scope, { ...none, [CALLS]: before.calls })
  spanOf(passage)?.setAttribute(CALLS, before.calls)
  if (before.route !== finerPath(passage, below) && passage.route === before.route) {
    passage.route = undefined
  }
}

/** Has become known of the only call of a request. */
export const noteMore = (context: Context, fields: Attributes): void => {
  const passage = passageOf(context)
  if (passage && (noted.get(passage)?.calls ?? 1) === 1) {
    sayOnLine(lineOf(context), fields)
  }
}

const sayOnLine = (scope: Scope | undefined, fields: Attributes): void => {
  if (scope) {
    scope.fields = joinFields(scope.fields, fields)
  }
}

/** Calls that one request made, where there is more than one. */
const CALLS = 'hono.rpc.calls'

const finerRoute = (passage: Passage, below: string | undefined): string | undefined =>
  passage.route === undefined && ownRoute(passage) === undefined
    ? finerPath(passage, below)
    : undefined

const finerPath = ({ handling }: Passage, below: string | undefined): string | undefined => {
  const path = below && handling && answerOf(handling).path
  return path?.endsWith('/*') ? path.slice(0, -1) + below : undefined
}

const spanOf = (passage: Passage): RequestScope['span'] | undefined =>
  (passage as RequestScope | InnerRequest).span

/**
 * A failure of a call shows on its request, whatever its status is: the line has the code, and what is the server's
 * fault makes the span an error, as a 5xx would. It becomes the request's error, for where that is told.
 */
export const noteFailure = (context: Context, failure: Failure, codeKey: string): void => {
  const passage = passageOf(context)
  if (!passage) {
    return
  }
  noteMore(context, { [codeKey]: failure.code })
  if (failure.isFault) {
    passage.error ??= failure.error
    spanOf(passage)?.setAttribute(ATTR.errorType, failure.code).setStatus({ code: STATUS_ERROR })
  }
}
