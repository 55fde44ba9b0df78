import type { Attributes, HrTime, SpanContext } from '@opentelemetry/api'
import type { InstrumentationScope } from '../../base/instrumentation-scope.ts'
import type { LogRecord } from '../../logs/record.ts'
import { toHrTime } from './time.ts'

/** A log record with what the SDK's `LogRecordProcessor` may change and its exporters read. */
export class SdkLogRecord {
  readonly hrTime: HrTime
  readonly hrTimeObserved: HrTime
  readonly spanContext: SpanContext | undefined
  severityText: string | undefined
  severityNumber: number | undefined
  body: unknown
  eventName: string | undefined
  readonly resource: { attributes: Attributes }
  readonly instrumentationScope: InstrumentationScope
  readonly attributes: Record<string, unknown>
  readonly droppedAttributesCount = 0

  constructor(
    record: LogRecord,
    resource: { attributes: Attributes },
    scope: InstrumentationScope,
  ) {
    const { timeMs, requestId, traceId, spanId, traceFlags = 0 } = record
    this.hrTime = toHrTime(timeMs)
    this.hrTimeObserved = this.hrTime
    this.spanContext = traceId && spanId ? { traceId, spanId, traceFlags } : undefined
    this.severityText = record.severityText
    this.severityNumber = record.severityNumber
    this.body = record.body
    this.eventName = record.eventName
    this.resource = resource
    this.instrumentationScope = scope
    this.attributes = {
      ...record.attributes,
      ...(requestId !== undefined && { request_id: requestId }),
    }
  }

  setAttribute(key: string, value: unknown): this {
    this.attributes[key] = value
    return this
  }

  setAttributes(attributes: Record<string, unknown>): this {
    Object.assign(this.attributes, attributes)
    return this
  }

  setBody(body: unknown): this {
    this.body = body
    return this
  }

  setEventName(eventName: string): this {
    this.eventName = eventName
    return this
  }

  setSeverityNumber(severityNumber: number): this {
    this.severityNumber = severityNumber
    return this
  }

  setSeverityText(severityText: string): this {
    this.severityText = severityText
    return this
  }
}

/** Our records in the shape of the SDK's; those of one logger share a scope, by which exporters group them. */
export const toSdkLogRecords = (
  attributes: Attributes,
  records: readonly LogRecord[],
): SdkLogRecord[] => {
  const resource = { attributes }
  const scopes = new Map<string, InstrumentationScope>()
  return records.map((record) => {
    const { loggerName: name, loggerVersion: version } = record
    const key = `${name}@${version ?? ''}`
    const scope = scopes.get(key) ?? { name, ...(version && { version }) }
    scopes.set(key, scope)
    return new SdkLogRecord(record, resource, scope)
  })
}
