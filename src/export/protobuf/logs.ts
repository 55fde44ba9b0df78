import type { Attributes } from '@opentelemetry/api'
import { restoreBytes } from '../../logs/bytes-tree.ts'
import type { LogRecord } from '../../logs/record.ts'
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
    ({ loggerName, loggerVersion = '', loggerScope }) =>
      `${loggerName}\n${loggerVersion}${loggerScope ? JSON.stringify(loggerScope) : ''}`,
    ({ loggerName: name, loggerVersion: version, loggerScope }) => ({
      name,
      ...(version && { version }),
      ...(loggerScope?.schemaUrl && { schemaUrl: loggerScope.schemaUrl }),
      attributes: loggerScope?.attributes,
    }),
    writeRecord,
  )

const writeRecord = (record: LogRecord): void => {
  const { timeMs, requestId, traceId, spanId, bytes, severityGiven } = record
  const from = begin(2, 2)
  time(1, timeMs)
  count(2, severityGiven?.number ?? record.severityNumber)
  text(3, severityGiven?.text ?? record.severityText)
  anyValue(5, restoreBytes(record.body, bytes?.body))
  const fields = restoreBytes(record.attributes, bytes?.attributes) as Attributes
  attributes(6, requestId === undefined ? fields : { ...fields, request_id: requestId })
  if (traceId && spanId) {
    fixed32(8, record.traceFlags ?? 0)
    hex(9, traceId, 32)
    hex(10, spanId, 16)
  }
  time(11, record.observedMs ?? timeMs)
  text(12, record.eventName)
  end(from, 2)
}
