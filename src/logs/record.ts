import type { Attributes } from '@opentelemetry/api'

/** Named values of one record. Any value may be given; what has no form in JSON is described instead. */
export type LogFields = Record<string, unknown>

export interface LoggerScope {
  readonly schemaUrl?: string | undefined
  readonly attributes?: Attributes | undefined
}

export interface SeverityGiven {
  readonly number: number
  readonly text: string
}

/** Base64, and what leads to it. */
export type BytesTree = string | { readonly [key: string]: BytesTree }

export interface LogBytes {
  readonly body?: BytesTree | undefined
  readonly attributes?: BytesTree | undefined
}

/**
 * One log record in the terms of the OpenTelemetry log data model. Before it is redacted, `body` and
 * `attributes` are whatever the caller passed; afterwards they are plain data that JSON can express.
 */
export interface LogRecord {
  /** `Timestamp`, in milliseconds since the epoch. */
  readonly timeMs: number
  /** `ObservedTimestamp`, where it is another time. */
  readonly observedMs?: number | undefined
  /** 1 to 24; see {@link severity}. */
  readonly severityNumber: number
  /** The level's name as its source knows it; `trace` to `fatal` from this package. */
  readonly severityText: string
  /** The message: nearly always a string. */
  readonly body: unknown
  /** The instrumentation scope's name. */
  readonly loggerName: string
  readonly loggerVersion?: string | undefined
  /** What else is known of a logger of the OpenTelemetry API. */
  readonly loggerScope?: LoggerScope | undefined
  /** What a bridge said, where that is less than the level shown: a number of 0 is unspecified. */
  readonly severityGiven?: SeverityGiven | undefined
  /** Where there are bytes in `body` and `attributes`, which have them as base64: the same base64 at the same place. */
  readonly bytes?: LogBytes | undefined
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
