import { type Exception, type Span, SpanStatusCode } from '@opentelemetry/api'
import { errorType, exceptionAttributes } from '../thrown.ts'
import { RecordingSpan } from './span.ts'

/** Marks a span as failed by what was thrown: status, `error.type` and, unless turned off, an exception event. */
export const recordFailure = (span: Span, error: unknown, fallbackType = '_OTHER'): void => {
  if (!span.isRecording()) {
    return
  }
  const recorder = span instanceof RecordingSpan ? span.localTrace.recorder : undefined
  const { 'exception.message': message } = exceptionAttributes(error, recorder?.redact)
  span.setStatus({ code: SpanStatusCode.ERROR, message: message as string })
  span.setAttribute('error.type', errorType(error, fallbackType))
  if (recorder?.exceptionEvents !== false) {
    span.recordException(error as Exception)
  }
}
