import { HONO_ATTR } from '../semconv.ts'
import { errorType } from '../traces/exception.ts'
import { recordFailure } from '../traces/failure.ts'
import { RecordingSpan } from '../traces/span.ts'
import type { BodyEnd } from './body-end.ts'
import type { RequestScope } from './request-scope.ts'

/** The very end of a request, its body's included: span, metrics, and leave to end the invocation. */
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
  if (scope.ownsSpan) {
    span.end()
  }
  const { httpMetrics, config } = telemetry
  if (httpMetrics) {
    const { bodySizes } = config.metrics || {}
    httpMetrics.serverStarted(method, url.scheme, -1)
    httpMetrics.serverEnded(
      {
        method,
        scheme: url.scheme,
        route,
        status,
        errorType:
          status >= 500
            ? errorType(scope.error, String(status))
            : end === 'error'
              ? errorType(cause, '_OTHER')
              : undefined,
        durationMs: durationMs(scope),
        requestBytes: bodySizes ? contentLength(request.headers) : undefined,
        responseBytes: bodySizes && response ? contentLength(response.headers) : undefined,
      },
      context,
    )
  }
  scope.settle()
}

/** The span's own duration where there is one, so that traces and metrics agree. */
const durationMs = ({ span, startedMs }: RequestScope): number =>
  span instanceof RecordingSpan && span.ended
    ? span.endMs - span.startMs
    : performance.now() - startedMs

const contentLength = (headers: Headers): number | undefined => {
  const value = headers.get('content-length')
  return value && /^\d{1,15}$/.test(value) ? Number(value) : undefined
}
