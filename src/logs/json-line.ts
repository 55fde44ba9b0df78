import type { SafeLine } from '../base/console.ts'
import { createJsonEncoder, type EncodedRecord } from './json-value.ts'
import { levelName } from './levels.ts'
import type { LogRecord } from './record.ts'
import type { Redactor } from './redact.ts'

/** The line's own keys, in the order in which they are written. */
export const FIXED_KEYS: readonly string[] = [
  'timestamp',
  'level',
  'severity_number',
  'message',
  'logger',
  'service.name',
  'trace_id',
  'span_id',
  'trace_flags',
  'request_id',
  'event_name',
  'truncated',
]

export interface LineFormatOptions {
  /** `service.name`. */
  serviceName: string
  redactor: Redactor
  /**
   * Longest line, in bytes of UTF-8. Default 131,072, where Cloudflare cuts. At least 4096. Message and fields take
   * half each of what the fixed keys leave.
   */
  maxLineBytes?: number
}

export interface LineFormat {
  encode(record: LogRecord): EncodedRecord
  /** An id as it stands in the line. */
  id(id: string): string
  /** The line, without a line break. */
  line(record: LogRecord, encoded: EncodedRecord): SafeLine
}

/** Room for the fixed keys. */
const HEAD_BYTES = 1024

/** A time as RFC 3339 with milliseconds, in UTC. Beyond what a Date holds, `toISOString` throws. */
const timestamp = (timeMs: number): string =>
  new Date(Math.abs(timeMs) <= 8.64e15 ? Math.floor(timeMs) : 0).toISOString()

/**
 * Creates the format of log lines: one JSON object, its fixed keys first and always in the same order, then the
 * fields. Keys without a value are left out. A field that has the name of a fixed key is written as `field.<name>`.
 */
export const createLineFormat = (options: LineFormatOptions): LineFormat => {
  const { serviceName, redactor, maxLineBytes = 131_072 } = options
  const encoder = createJsonEncoder(redactor, FIXED_KEYS, (maxLineBytes - HEAD_BYTES) / 2)
  const service = `,"service.name":${encoder.id(serviceName)}`
  // Records of one request mostly follow each other: what they share is kept from the last.
  let head = ''
  let headTimeMs: number | undefined
  let headSeverity: number | undefined
  let middle = ''
  let middleOfLast: Partial<LogRecord> = {}

  const optional = (key: string, value: string | undefined): string =>
    value === undefined ? '' : `,"${key}":${encoder.id(value)}`

  const headOf = ({ timeMs, severityNumber }: LogRecord): string => {
    const severity = severityNumber | 0
    return `{"timestamp":"${timestamp(timeMs)}","level":"${levelName(severity)}","severity_number":${severity},"message":`
  }

  const middleOf = (record: LogRecord): string =>
    `,"logger":${encoder.text(record.loggerName)}${service}` +
    optional('trace_id', record.traceId) +
    optional('span_id', record.spanId) +
    optional('trace_flags', record.traceFlags?.toString(16).padStart(2, '0')) +
    optional('request_id', record.requestId) +
    (record.eventName === undefined ? '' : `,"event_name":${encoder.text(record.eventName)}`)

  return {
    encode: ({ body, attributes }) => encoder.record(body, attributes),
    id: encoder.id,
    line: (record, { body, fields }) => {
      const { timeMs, severityNumber } = record
      if (timeMs !== headTimeMs || severityNumber !== headSeverity) {
        head = headOf(record)
        headTimeMs = timeMs
        headSeverity = severityNumber
      }
      const last = middleOfLast
      if (
        record.spanId !== last.spanId ||
        record.requestId !== last.requestId ||
        record.loggerName !== last.loggerName ||
        record.traceId !== last.traceId ||
        record.traceFlags !== last.traceFlags ||
        record.eventName !== last.eventName
      ) {
        middle = middleOf(record)
        // Without what the caller logged: that may belong to a request that is long gone.
        middleOfLast = { ...record, body: undefined, attributes: {} }
      }
      // Each part was made by the encoder.
      return `${head}${body}${middle}${fields}}` as SafeLine
    },
  }
}
