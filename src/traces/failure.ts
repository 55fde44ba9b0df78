import type { Exception, Span } from '@opentelemetry/api'
import { STATUS_ERROR } from '../base/otel-enums.ts'
import { errorType, exceptionAttributes } from '../base/thrown.ts'
import { RecordingSpan } from './span.ts'

/**
 * Marks a span as failed: status, `error.type` and, unless turned off, an exception event.
 *
 * @param error What was thrown; undefined when nothing was, as for a response that merely says 503.
 * @param isLogged Whether it leaves as a log record too, which the conventions prefer to an event.
 */
export const recordFailure = (
  span: Span,
  error: unknown,
  fallbackType = '_OTHER',
  isLogged = false,
): void => {
  if (!span.isRecording()) {
    return
  }
  const recorder = span instanceof RecordingSpan ? span.localTrace.recorder : undefined
  const thrown = error === undefined ? undefined : exceptionAttributes(error, recorder?.redact)
  span.setStatus({
    code: STATUS_ERROR,
    ...(thrown && { message: thrown['exception.message'] as string }),
  })
  span.setAttribute('error.type', errorType(error, fallbackType))
  if (thrown && (recorder?.exceptionEvents ?? !isLogged)) {
    if (recorder) {
      // It has been read and searched.
      span.addEvent('exception', thrown)
    } else {
      span.recordException(error as Exception)
    }
  }
}
