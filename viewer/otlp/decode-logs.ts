import { decodeGroups } from './decode.ts'
import type { Budget } from './limits.ts'
import type { Decoded, LogRecord } from './model.ts'
import { hexId, type Json, member, nanos, whole } from './shape.ts'

const ENVELOPE = { outer: 'resourceLogs', inner: 'scopeLogs', records: 'logRecords' }

const SEVERITIES = [
  'UNSPECIFIED',
  ...['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'].flatMap((level) =>
    ['', '2', '3', '4'].map((step) => level + step),
  ),
]

/** Reads a request of log records. Throws `MalformedRequest` for what is no such request. */
export function decodeLogs(request: unknown): Decoded<LogRecord> {
  return decodeGroups(request, ENVELOPE, readLog)
}

function readLog(record: Json, budget: Budget): LogRecord {
  const body = budget.value(record.body)
  const attributes = budget.attributes(record.attributes)
  const severityText = budget.string(record.severityText, 256)
  const eventName = budget.string(record.eventName, 1024)
  const dropped = whole(record.droppedAttributesCount)
  const flags = whole(record.flags, 0xffffffff)
  return {
    traceId: hexId(record.traceId, 16, 'trace id'),
    spanId: hexId(record.spanId, 8, 'span id'),
    severity: member(record.severityNumber, 'SEVERITY_NUMBER', SEVERITIES),
    detail: {
      timeNano: nanos(record.timeUnixNano, 'time'),
      observedNano: nanos(record.observedTimeUnixNano, 'observed time'),
      body,
      attributes,
      ...(severityText && { severityText }),
      ...(eventName && { eventName }),
      ...(dropped && { dropped }),
      ...(flags && { flags }),
    },
  }
}
