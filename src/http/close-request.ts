import type { Attributes, Exception } from '@opentelemetry/api'
import * as HONO_ATTR from '../base/hono-attributes.ts'
import * as ATTR from '../base/semconv.ts'
import { formatTraceparent } from '../context/traceparent.ts'
import { ending } from '../invocation/end.ts'
import { errorId } from '../logs/error.ts'
import { headersOf, sentThrough, whenSent, withBody } from '../runtimes/host.ts'
import { MAX_REQUEST_ID, requestIdOf } from '../telemetry/scope.ts'
import { recordFailure } from '../traces/failure.ts'
import { RecordingSpan } from '../traces/span.ts'
import type { BodyEnd } from './body-watch.ts'
import { captureHeaders } from './capture-headers.ts'
import { finishRequest } from './finish-request.ts'
import { finalRoute } from './given-route.ts'
import { observeBody } from './observe-body.ts'
import { type RequestScope, releaseRequest } from './request-scope.ts'
import { type AddedHeader, addHeaders, isRepeated } from './set-header.ts'
import { spanName } from './span-name.ts'

/**
 * Ends a request, or, when its body is observed, arranges for it to end with the body.
 *
 * @param status What the client gets, also when there is no response because something was thrown.
 * @returns The response to send: another object when its body is observed, or when it had to be copied for headers.
 */
export const closeRequest = (
  scope: RequestScope,
  status: number,
  response: Response | undefined,
): Response | undefined => {
  // Node's server hands over its own response, through which a handler may answer.
  const outgoing = sentThrough(scope.env, response)
  if (!outgoing) {
    return close(scope, scope.sent ?? status, response)
  }
  // What everybody returns who answers this way: it is one and the same object.
  whenSent(outgoing, (end) =>
    ending(
      scope,
      () => {
        const id = outgoing.getHeader(scope.telemetry.config.http.requestIdHeader || 'x-request-id')
        scope.requestId = takeRequestId(scope, id)
        scope.hono = undefined
        close(scope, outgoing.statusCode, undefined, end)
      },
      releaseRequest,
    ),
  )
  return response
}

const close = (
  scope: RequestScope,
  status: number,
  response: Response | undefined,
  end?: BodyEnd,
): Response | undefined => {
  const { span, telemetry, error, method } = scope
  const { http, traces } = telemetry.config
  scope.requestId = requestIdOf(scope)
  if (scope.isProbe) {
    // A span that never ends is never exported, nor waited for.
    if (span instanceof RecordingSpan) {
      span.localTrace.open.delete(span)
    }
    if (!scope.isIgnored) {
      telemetry.httpMetrics?.serverStarted(method, scope.url.scheme, -1)
    }
    releaseRequest(scope)
    return response
  }
  const route = finalRoute(scope)
  scope.route = route
  if (route !== undefined) {
    span.setAttribute(ATTR.route, route)
    span.updateName(spanName(method, route))
  }
  if (!scope.ownsSpan && !traces.enabled) {
    // Deno's own span: it says the outcome itself, and would say it twice.
    if (status >= 500 && error !== undefined) {
      span.recordException(error as Exception)
    }
  } else {
    span.setAttribute(ATTR.statusCode, status)
    if (status >= 500) {
      recordFailure(span, error, String(status), telemetry.logs?.export !== undefined)
    }
  }
  if (!response || status === 101) {
    finishRequest(scope, status, response, end)
    return response
  }
  let sent = response
  const finish = (bodyEnd?: BodyEnd, cause?: unknown): unknown =>
    ending(scope, () => finishRequest(scope, status, sent, bodyEnd, cause), releaseRequest)
  const added = addedHeaders(scope, status, response)
  const body = observeBody(scope, status, response, finish)
  const isFresh = response === scope.made?.response
  sent = body?.replacement
    ? addHeaders(withBody(body.replacement, response), added, true)
    : addHeaders(response, added, isFresh)
  if (http.responseHeaders.length) {
    const captured: Attributes = {}
    captureHeaders(captured, 'http.response.header.', headersOf(sent), http.responseHeaders)
    span.setAttributes(captured)
  }
  if (body) {
    span.setAttribute(HONO_ATTR.timeToHeadersMs, performance.now() - scope.startedMs)
  }
  if (!body || body.end) {
    finish(body?.end)
  }
  return sent
}

/** What the app says is the request's id stays, and is what we say. */
const takeRequestId = (scope: RequestScope, header: unknown): string | undefined =>
  scope.requestId && typeof header === 'string' && header
    ? header.slice(0, MAX_REQUEST_ID)
    : scope.requestId

const addedHeaders = (scope: RequestScope, status: number, response: Response): AddedHeader[] => {
  const { span, telemetry, error } = scope
  const { http, logs, traces } = telemetry.config
  let added: AddedHeader[] = []
  if (scope.requestId && http.requestIdHeader) {
    const name = http.requestIdHeader
    const given = isRepeated(response) ? null : headersOf(response).get(name)
    scope.requestId = takeRequestId(scope, given)
    // Of what the app sends, nothing is replaced: no value is one.
    if (given === null) {
      // Not pushed: an array that grows takes room for 17.
      added = [{ name, value: scope.requestId as string }]
    }
    if (!scope.ownsSpan) {
      // Ours and its log lines have the trace in common; others may not.
      span.setAttribute(`http.response.header.${name.toLowerCase()}`, [scope.requestId as string])
    }
  }
  if (status >= 500 && error !== undefined && logs && logs.errorIdHeader) {
    const value = errorId(error)
    if (value && !headersOf(response).has(logs.errorIdHeader)) {
      added.push({ name: logs.errorIdHeader, value })
    }
  }
  const traceparent = traces.serverTiming && formatTraceparent(span.spanContext())
  if (traceparent) {
    const value = `traceparent;desc="${traceparent}"`
    added.push({ name: 'Server-Timing', value, isAppended: true })
  }
  return added
}
