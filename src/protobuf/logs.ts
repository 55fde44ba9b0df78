import type { Attributes } from '@opentelemetry/api'
import type { LogRecord } from '../logs/record.ts'
import { envelope } from './envelope.ts'
import { anyValue, attributes, time } from './values.ts'
import { begin, count, end, fixed32, hex, text } from './writer.ts'

/** An `ExportLogsServiceRequest`, opentelemetry-proto `logs/v1`. Records must be plain data. */
export const encodeLogs = (
  resource: Attributes,
  records: readonly LogRecord[],
): Uint8Array<ArrayBuffer> =>
  envelope(
    resource,
    records,
    ({ loggerName, loggerVersion = '' }) => `${loggerName}\n${loggerVersion}`,
    ({ loggerName: name, loggerVersion: version }) => ({ name, ...(version && { version }) }),
    writeRecord,
  )

const writeRecord = (record: LogRecord): void => {
  const { timeMs, requestId, traceId, spanId } = record
  const from = begin(2, 2)
  time(1, timeMs)
  count(2, record.severityNumber)
  text(3, record.severityText)
  anyValue(5, record.body)
  attributes(
    6,
    requestId === undefined ? record.attributes : { ...record.attributes, request_id: requestId },
  )
  if (traceId && spanId) {
    fixed32(8, record.traceFlags ?? 0)
    hex(9, traceId, 32)
    hex(10, spanId, 16)
  }
  time(11, timeMs)
  text(12, record.eventName)
  end(from, 2)
}
