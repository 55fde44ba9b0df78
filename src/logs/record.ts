/** Named values of one record. Any value may be given; what has no form in JSON is described instead. */
export type LogFields = Record<string, unknown>

/**
 * One log record in the terms of the OpenTelemetry log data model. Before it is redacted, `body` and
 * `attributes` are whatever the caller passed; afterwards they are plain data that JSON can express.
 */
export interface LogRecord {
  /** `Timestamp`, in milliseconds since the epoch. */
  readonly timeMs: number
  /** 1 to 24; see {@link severity}. */
  readonly severityNumber: number
  /** The level's name as its source knows it; `trace` to `fatal` from this package. */
  readonly severityText: string
  /** The message: nearly always a string. */
  readonly body: unknown
  /** The instrumentation scope's name. */
  readonly loggerName: string
  readonly loggerVersion?: string | undefined
  /** 32 lowercase hex digits. */
  readonly traceId?: string | undefined
  /** 16 lowercase hex digits. */
  readonly spanId?: string | undefined
  readonly traceFlags?: number | undefined
  readonly requestId?: string | undefined
  /** Set on events, whose attributes have a known meaning, for example `http.server.request.exception`. */
  readonly eventName?: string | undefined
  readonly attributes: LogFields
}
