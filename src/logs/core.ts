import { type Context, isSpanContextValid, trace } from '@opentelemetry/api'
import type { Called, Given } from './call-sites.ts'
import type { LogFields, LogRecord } from './record.ts'

/** What a logger knows of the request that it is called in. */
export interface LogScope {
  readonly traceId?: string | undefined
  readonly spanId?: string | undefined
  readonly traceFlags?: number | undefined
  readonly requestId?: string | undefined
  /** Fields of `log.with` scopes. */
  readonly fields?: LogFields | undefined
}

/** What loggers stand on. Its functions may look the request up anew at every call. */
export interface LoggerCore {
  /** The lowest severity number that the logger of this name records. */
  level(loggerName: string): number
  /** Takes a record on. Must have read it in full when it returns: the caller may change its fields afterwards. */
  write(record: LogRecord): void
  scope(): LogScope
  /** Adds fields to the request's access line; without a request it does nothing. */
  set(fields: LogFields): void
  /** The fields of an error. */
  describe(error: unknown, given?: Given): LogFields
  /** Where `method` was called, if that is asked for. */
  caller?(method: Called, given?: Given): LogFields | undefined
}

/** The ids of a context's span; none where nothing is traced, rather than zeros. */
export const idsOf = (context: Context): LogScope => {
  const span = trace.getSpanContext(context)
  return span && isSpanContextValid(span)
    ? { traceId: span.traceId, spanId: span.spanId, traceFlags: span.traceFlags }
    : {}
}
