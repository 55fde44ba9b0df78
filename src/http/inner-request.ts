import { type Context, createContextKey, trace } from '@opentelemetry/api'
import * as ATTR from '../base/semconv.ts'
import { ROOT } from '../context/context.ts'
import { isWithin } from '../invocation/token.ts'
import type { ObservabilityOptions } from '../telemetry/config/options.ts'
import { ensureTelemetry } from '../telemetry/ensure.ts'
import { currentScope, type Scope } from '../telemetry/scope.ts'
import type { Telemetry } from '../telemetry/telemetry.ts'
import { recordFailure } from '../traces/failure.ts'
import { cfOf } from './cf.ts'
import { requestIdFrom } from './request-id.ts'
import { type InnerRequest, isRequest, type Passage, type RequestScope } from './request-scope.ts'
import { answerOf } from './route.ts'
import { spanName } from './span-name.ts'
import { parseUrl, type UrlParts } from './url.ts'

const INNER = /* @__PURE__ */ createContextKey('hono-observability inner request')

/** The innermost request that is handled in this context. In a function, as for scopes. */
export const passageOf = (context: Context): Passage | undefined => {
  const scope = currentScope(context)
  const inner = (context.getValue(INNER) as (() => InnerRequest) | undefined)?.()
  // Another service in the same process has a scope of its own within.
  return inner && inner.owner === scope ? inner : isRequest(scope) ? scope : undefined
}

/** What a request begins in: whose it is, if the app asks it of itself, and the context to use. */
export const surroundings = (
  active: Context,
  telemetry: Telemetry,
  env: unknown,
  executionCtx: unknown,
): { readonly owner: Scope | undefined; readonly active: Context } => {
  const owner = currentScope(active)
  if (!owner) {
    return { owner, active }
  }
  const isOwn = isSameService(owner.telemetry, telemetry)
  if (isWithin(owner, env, executionCtx)) {
    return { owner: isOwn ? owner : undefined, active }
  }
  // Left behind by another request, whose trace this one has no part in.
  return { owner: undefined, active: isOwn || !owner.settle ? ROOT : active }
}

const SERVICE = 'service.name'

/** Two services in one process, as in tests, call each other like any others. */
const isSameService = (a: Telemetry, b: Telemetry): boolean =>
  a === b || a.resource[SERVICE] === b.resource[SERVICE]

/**
 * Whether a request is the one that is handled already, as when the middleware is registered twice. Handed on as it is
 * to another service, it is one of that service too.
 */
export const isHandled = (
  passage: Passage | undefined,
  request: Request,
  options: ObservabilityOptions,
  env: unknown,
): boolean => {
  if (passage?.request !== request) {
    return false
  }
  const { telemetry } =
    'owner' in passage ? (passage as InnerRequest).owner : (passage as RequestScope)
  return (
    options.service?.name === undefined ||
    isSameService(telemetry, ensureTelemetry(options, env, cfOf(request)))
  )
}

/** Begins it in a span below the active one. */
export const openInner = (owner: Scope, request: Request, active: Context): InnerRequest => {
  const outer = passageOf(active)
  const { tracer, config } = owner.telemetry
  const { requestIdHeader } = config.http
  const url = parseUrl(request.url)
  const known = config.http.knownMethods.has(request.method)
  const method = known ? request.method : '_OTHER'
  const span =
    outer && looksContinued(outer, url)
      ? undefined
      : tracer.startSpan(
          spanName(method),
          {
            attributes: {
              [ATTR.requestMethod]: method,
              [ATTR.requestMethodOriginal]: known ? undefined : request.method,
              [ATTR.urlPath]: url.path,
            },
          },
          active,
        )
  const inner: InnerRequest = {
    owner,
    outer,
    requestId: isRequest(owner)
      ? owner.requestId
      : requestIdHeader
        ? requestIdFrom(request.headers.get(requestIdHeader))
        : undefined,
    method,
    span,
    context: span ? trace.setSpan(active, span) : active,
    request,
    url,
    handling: undefined,
    inner: undefined,
    route: undefined,
    isProbe: false,
    error: undefined,
    status: 0,
    response: undefined,
  }
  inner.context = inner.context.setValue(INNER, () => inner)
  return inner
}

/** What comes before a path that is the end of another; undefined when it is not. */
const prefixOf = (outer: UrlParts, inner: UrlParts): string | undefined =>
  outer.path.endsWith(inner.path)
    ? outer.path.slice(0, outer.path.length - inner.path.length)
    : inner.path === '/'
      ? outer.path
      : undefined

/** Where no handler has the outer request yet, one of the same path, or the end of it, is most likely that again. */
const looksContinued = ({ url, handling }: Passage, inner: UrlParts): boolean =>
  prefixOf(url, inner) !== undefined && !(handling && answerOf(handling).isHandler)

export const closeInner = (
  inner: InnerRequest,
  status: number,
  response: Response | undefined,
): undefined => {
  const { outer, span, route, error } = inner
  inner.status = status
  inner.response = response
  if (outer?.request) {
    outer.inner = inner
  }
  inner.request = undefined
  inner.handling = undefined
  if (!span) {
    return undefined
  }
  if (route !== undefined) {
    span.setAttribute(ATTR.route, route)
    span.updateName(spanName(inner.method, route))
  }
  span.setAttribute(ATTR.statusCode, status)
  if (status >= 500) {
    recordFailure(span, error, String(status))
  }
  span.end()
  return undefined
}

/**
 * Takes over what is known of the inner request that answered this one: the same response, or, since middleware around
 * makes new ones, one like it to what looked like the same request.
 *
 * @param path What this one was matched by, for the route of a mounted app.
 */
export const continueWithInner = (
  outer: Passage,
  status: number,
  response: Response | undefined,
  path?: string,
): void => {
  const { inner } = outer
  if (
    inner &&
    ((response && inner.response === response) || (!inner.span && inner.status === status))
  ) {
    outer.isProbe ||= inner.isProbe
    outer.error ??= inner.error
    outer.route ??= routeThrough(outer, inner, path)
  }
}

const segments = (path: string): number => path.split('/').length

/** `/mounted/*` and `/orders/:id` within are `/mounted/orders/:id`, if that is how much of the path was taken away. */
const routeThrough = (
  { url }: Passage,
  { url: innerUrl, route }: InnerRequest,
  path = '',
): string | undefined => {
  const base = path.endsWith('/*') ? path.slice(0, -2) : ''
  const prefix = prefixOf(url, innerUrl)
  return route && base && prefix && segments(base) === segments(prefix)
    ? route === '/'
      ? base
      : base + route
    : route
}
