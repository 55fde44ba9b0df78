import type { Attributes } from '@opentelemetry/api'
import type { LogRecord } from '../logs/record.ts'
import { encodeAnyValue, encodeAttributes, quote, unixNano } from './json.ts'
import { encodeScope } from './traces-json.ts'

/** An `ExportLogsServiceRequest`, opentelemetry-proto `logs/v1`, as OTLP/JSON. Records must be plain data. */
export const encodeLogs = (resource: string, records: readonly LogRecord[]): string => {
  const byScope = new Map<string, string>()
  for (const record of records) {
    const scope = encodeScope({
      name: record.loggerName,
      ...(record.loggerVersion && { version: record.loggerVersion }),
    })
    const before = byScope.get(scope)
    byScope.set(scope, before ? `${before},${encodeRecord(record)}` : encodeRecord(record))
  }
  let scopes = ''
  for (const [scope, encoded] of byScope) {
    scopes += `${scopes && ','}{"scope":${scope},"logRecords":[${encoded}]}`
  }
  return `{"resourceLogs":[{"resource":${resource},"scopeLogs":[${scopes}]}]}`
}

const encodeRecord = (record: LogRecord): string => {
  const { requestId, eventName, traceId, spanId } = record
  const time = unixNano(record.timeMs)
  const attributes = (
    requestId === undefined ? record.attributes : { ...record.attributes, request_id: requestId }
  ) as Attributes
  return `{"timeUnixNano":${time},"observedTimeUnixNano":${time},"severityNumber":${record.severityNumber},"severityText":${quote(
    record.severityText,
  )}${eventName === undefined ? '' : `,"eventName":${quote(eventName)}`},"body":${encodeAnyValue(
    record.body,
  )},"attributes":${encodeAttributes(attributes)}${
    traceId && spanId
      ? `,"traceId":"${traceId}","spanId":"${spanId}","flags":${record.traceFlags ?? 0}`
      : ''
  }}`
}
