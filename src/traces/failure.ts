import { type Exception, type Span, SpanStatusCode } from '@opentelemetry/api'
import { errorType, exceptionAttributes } from './exception.ts'
import { RecordingSpan } from './span.ts'

/** Marks a span as failed by what was thrown: status, `error.type` and, unless turned off, an exception event. */
export const recordFailure = (span: Span, error: unknown, fallbackType = '_OTHER'): void => {
  if (!span.isRecording()) {
    return
  }
  const { 'exception.message': message } = exceptionAttributes(error)
  span.setStatus({ code: SpanStatusCode.ERROR, message: message as string })
  span.setAttribute('error.type', errorType(error, fallbackType))
  if (!(span instanceof RecordingSpan) || span.localTrace.recorder.exceptionEvents) {
    span.recordException(error as Exception)
  }
}
