import type { Attributes, Exception } from '@opentelemetry/api'
import { formatTraceparent } from '../context/traceparent.ts'
import * as HONO_ATTR from '../hono-attributes.ts'
import { errorId } from '../logs/error.ts'
import * as ATTR from '../semconv.ts'
import { recordFailure } from '../traces/failure.ts'
import { isStream, observeBody } from './body-end.ts'
import { captureHeaders } from './capture-headers.ts'
import { finishRequest } from './finish-request.ts'
import { type RequestScope, releaseScope } from './request-scope.ts'
import { setHeader } from './set-header.ts'
import { spanName } from './span-name.ts'

/**
 * Ends a request, or, when its response is a stream, arranges for it to end with the stream.
 *
 * @param status What the client gets, also when there is no response because something was thrown.
 * @returns The response to send: another object when its body is observed or its headers were immutable.
 */
export const closeRequest = (
  scope: RequestScope,
  status: number,
  response: Response | undefined,
): Response | undefined => {
  const { span, telemetry, route, error, method, request } = scope
  const { http, logs, traces } = telemetry.config
  if (scope.isProbe) {
    // A span that never ends is never exported.
    telemetry.httpMetrics?.serverStarted(method, scope.url.scheme, -1)
    releaseScope(scope)
    return response
  }
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
      recordFailure(span, error, String(status))
    }
  }
  if (!response || status === 101) {
    finishRequest(scope, status, response)
    return response
  }
  if (http.responseHeaders.length) {
    const captured: Attributes = {}
    captureHeaders(captured, 'http.response.header.', response.headers, http.responseHeaders)
    span.setAttributes(captured)
  }
  let result = response
  if (scope.requestId && http.requestIdHeader) {
    result = setHeader(result, http.requestIdHeader, scope.requestId)
    if (!scope.ownsSpan) {
      // Ours and its log lines have the trace in common; others may not.
      span.setAttribute(`http.response.header.${http.requestIdHeader.toLowerCase()}`, [
        scope.requestId,
      ])
    }
  }
  if (status >= 500 && error !== undefined && logs && logs.errorIdHeader) {
    result = setHeader(result, logs.errorIdHeader, errorId(error) ?? '')
  }
  const traceparent = traces.serverTiming && formatTraceparent(span.spanContext())
  if (traceparent) {
    result = setHeader(result, 'Server-Timing', `traceparent;desc="${traceparent}"`, true)
  }
  if (!isStream(result, status, method === '_OTHER' && request ? request.method : method)) {
    finishRequest(scope, status, result)
    return result
  }
  span.setAttribute(HONO_ATTR.timeToHeadersMs, performance.now() - scope.startedMs)
  return observeBody(result, http.streamTimeoutMs, (end, cause) =>
    finishRequest(scope, status, result, end, cause),
  )
}
