import type { LogDetail, SpanDetail } from '../otlp/model.ts'
import { attributeOf, type PackedAttributes, textOf } from '../otlp/value.ts'
import { SPANS_PER_TRACE } from '../sql/schema.ts'
import type { Row, Sql } from '../sql/sql.ts'
import { ownLine } from './own-line.ts'

/** A span that failed, and what is known of why. */
export interface Failure {
  row: Row
  detail: SpanDetail
  /** `exception.type` or `error.type`; '' where there is neither. */
  type: string
  /** Of the exception or the status; '' where the span says nothing but that it failed. */
  message: string
  at: string | null
}

/** Newest log records of a trace among which exceptions are looked for. */
const MAX_LOGS = 200

/** Of one trace, by span: log records that have an exception, the newest first. */
type ExceptionLogs = Map<string, LogDetail[]>

/** Reads failures. An exception is an event of its span, or a log record with the span's id. */
export class FailureReader {
  readonly #sql: Sql
  readonly #logs = new Map<string, ExceptionLogs>()

  constructor(sql: Sql) {
    this.#sql = sql
  }

  /** @param row All columns of `spans`, and `trace_id`. */
  read(row: Row): Failure {
    const detail = JSON.parse(String(row.detail)) as SpanDetail
    const event = detail.events?.find(({ name }) => name === 'exception')?.attributes ?? []
    const ownMessage = said(event, 'exception.message') || (detail.statusMessage ?? '')
    const logged = said(event, 'exception.stacktrace') ? [] : this.#logged(row, ownMessage)
    const first = (key: string): string => said(event, key) || said(logged, key)
    return {
      row,
      detail,
      type: first('exception.type') || said(detail.attributes, 'error.type'),
      message: ownMessage || said(logged, 'exception.message'),
      at: ownLine(first('exception.stacktrace')),
    }
  }

  /** What the log says of this very exception; a handler may have caught and logged others. */
  #logged(row: Row, message: string): PackedAttributes {
    const details = this.#logsOf(String(row.trace_id)).get(String(row.span_id)) ?? []
    const found =
      details.find(({ attributes }) => message === said(attributes, 'exception.message')) ??
      // The event that the conventions have in place of the span's; its text may be redacted otherwise.
      details.find(({ eventName }) => eventName?.endsWith('.exception')) ??
      (message ? undefined : details[0])
    return found?.attributes ?? []
  }

  #logsOf(traceId: string): ExceptionLogs {
    const known = this.#logs.get(traceId)
    if (known) return known
    const logs: ExceptionLogs = new Map()
    const rows = this.#sql.all(
      `SELECT span_id, detail FROM (SELECT span_id, detail FROM logs WHERE trace_id <> '' AND trace_id = ?
        ORDER BY id DESC LIMIT ${MAX_LOGS}) WHERE instr(detail, '"exception.') > 0`,
      traceId,
    )
    for (const { span_id: spanId, detail } of rows) {
      const own = logs.get(String(spanId)) ?? []
      own.push(JSON.parse(String(detail)) as LogDetail)
      logs.set(String(spanId), own)
    }
    this.#logs.set(traceId, logs)
    return logs
  }
}

/** What is the same for a span wherever it is read, and for no other. */
export const placeOf = (row: Row, spanId: unknown = row.span_id): string =>
  `${Math.floor(Number(row.id) / SPANS_PER_TRACE)} ${spanId}`

const said = (attributes: PackedAttributes, key: string): string =>
  textOf(attributeOf(attributes, key))
