import { guard } from '../base/guard.ts'
import * as HONO_ATTR from '../base/hono-attributes.ts'
import { errorType } from '../base/thrown.ts'
import { headersOf } from '../runtimes/host.ts'
import type { ReadableHeaders } from '../runtimes/plain-headers.ts'
import { recordFailure } from '../traces/failure.ts'
import { RecordingSpan } from '../traces/span.ts'
import type { BodyEnd } from './body-watch.ts'
import { logRequest } from './request-log.ts'
import { type RequestScope, releaseRequest } from './request-scope.ts'

/** The very end of a request, its body's included: span, metrics, log line, and leave to end the invocation. */
export const finishRequest = (
  scope: RequestScope,
  status: number,
  response: Response | undefined,
  end: BodyEnd = 'end',
  cause?: unknown,
): void => {
  const { span, telemetry, method, url, route, request, context } = scope
  if (end !== 'end') {
    span.setAttribute(HONO_ATTR.streamOutcome, end)
    if (end === 'error') {
      recordFailure(span, cause)
    }
  }
  const { httpMetrics, logs, config } = telemetry
  const { usage } = config
  const used = usage && guard(() => usage.finish(scope, span, response))
  if (scope.ownsSpan) {
    span.end()
  }
  const durationMs = durationOf(scope)
  // Deno has closed a request that was upgraded: its headers cannot be read any more.
  const needsSizes = status !== 101 && (logs || (config.metrics && config.metrics.bodySizes))
  const requestBytes = needsSizes && request ? contentLength(request.headers) : undefined
  const responseBytes = needsSizes && response ? contentLength(headersOf(response)) : undefined
  if (httpMetrics) {
    httpMetrics.serverStarted(method, url.scheme, -1)
    httpMetrics.serverEnded(
      {
        method,
        scheme: url.scheme,
        route,
        status,
        errorType: failureType(scope, status, end, cause),
        durationMs,
        requestBytes,
        responseBytes,
        enriched: scope.enriched,
      },
      context,
    )
  }
  if (logs) {
    logRequest(scope, {
      status,
      durationMs,
      outcome: end === 'end' ? 'ok' : end,
      error: scope.error ?? cause,
      requestBytes,
      responseBytes,
      used,
    })
  }
  releaseRequest(scope)
}

const failureType = (
  { error }: RequestScope,
  status: number,
  end: BodyEnd,
  cause: unknown,
): string | undefined =>
  status >= 500
    ? errorType(error, String(status))
    : end === 'error'
      ? errorType(cause, '_OTHER')
      : undefined

/** The span's own duration where there is one, so that traces and metrics agree. */
const durationOf = ({ span, startedMs }: RequestScope): number =>
  span instanceof RecordingSpan && span.ended
    ? span.endMs - span.startMs
    : performance.now() - startedMs

const contentLength = (headers: ReadableHeaders): number | undefined => {
  const value = headers.get('content-length')
  return value && /^\d{1,15}$/.test(value) ? Number(value) : undefined
}
