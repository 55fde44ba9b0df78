import type { Attributes } from '@opentelemetry/api'
import { quote } from '../../base/quote.ts'
import { restoreBytes } from '../../logs/bytes-tree.ts'
import type { LogRecord } from '../../logs/record.ts'
import { encodeScope } from './traces.ts'
import { encodeAnyValue, encodeAttributes, unixNano } from './values.ts'

/** An `ExportLogsServiceRequest`, opentelemetry-proto `logs/v1`, as OTLP/JSON. Records must be plain data. */
export const encodeLogs = (resource: string, records: readonly LogRecord[]): string => {
  const byScope = new Map<string, string>()
  for (const record of records) {
    const { loggerName: name, loggerVersion: version, loggerScope } = record
    const { schemaUrl, attributes } = loggerScope ?? {}
    const encodedScope = encodeScope({ name, ...(version && { version }) }, attributes)
    const scope = `"scope":${encodedScope},${schemaUrl ? `"schemaUrl":${quote(schemaUrl)},` : ''}`
    const before = byScope.get(scope)
    byScope.set(scope, before ? `${before},${encodeRecord(record)}` : encodeRecord(record))
  }
  let scopes = ''
  for (const [scope, encoded] of byScope) {
    scopes += `${scopes && ','}{${scope}"logRecords":[${encoded}]}`
  }
  return `{"resourceLogs":[{"resource":${resource},"scopeLogs":[${scopes}]}]}`
}

const encodeRecord = (record: LogRecord): string => {
  const { requestId, eventName, traceId, spanId, bytes, severityGiven, observedMs } = record
  const time = unixNano(record.timeMs)
  const observed = observedMs === undefined ? time : unixNano(observedMs)
  const fields = restoreBytes(record.attributes, bytes?.attributes) as Attributes
  const attributes = requestId === undefined ? fields : { ...fields, request_id: requestId }
  return `{"timeUnixNano":${time},"observedTimeUnixNano":${observed},"severityNumber":${
    severityGiven?.number ?? record.severityNumber
  },"severityText":${quote(severityGiven?.text ?? record.severityText)}${eventName === undefined ? '' : `,"eventName":${quote(eventName)}`},"body":${encodeAnyValue(
    restoreBytes(record.body, bytes?.body),
  )},"attributes":${encodeAttributes(attributes)}${
    traceId && spanId
      ? `,"traceId":"${traceId}","spanId":"${spanId}","flags":${record.traceFlags ?? 0}`
      : ''
  }}`
}
