import type { LogDetail, SpanDetail } from '../otlp/model.ts'
import { toAnyValue } from '../otlp/value.ts'
import { SPANS_PER_TRACE } from '../sql/schema.ts'
import type { Row, Sql } from '../sql/sql.ts'
import { groupRecords, ORIGIN_COLUMNS, type OtlpJson, origin } from './group-records.ts'

/** A file that can be imported again is no larger than this. */
export const MAX_EXPORTED_BYTES: number = 16 * 1024 * 1024

/** Whether a trace is too large to be exported. */
export function isTooLargeToExport(sql: Sql, traceId: string): boolean {
  const row = sql.all('SELECT bytes FROM traces WHERE trace_id = ?', traceId)[0]
  return Number(row?.bytes) > MAX_EXPORTED_BYTES
}

/** A trace as OTLP/JSON: `resourceSpans`, and its log records as `resourceLogs`. */
export function exportTrace(sql: Sql, traceId: string): OtlpJson | undefined {
  const trace = sql.all('SELECT id FROM traces WHERE trace_id = ? AND spans > 0', traceId)[0]
  if (!trace) return undefined
  const first = Number(trace.id) * SPANS_PER_TRACE
  const spans = sql.all(
    `SELECT s.*, ${ORIGIN_COLUMNS} FROM spans s JOIN resources r ON r.id = s.resource JOIN scopes c ON c.id = s.scope WHERE s.id >= ? AND s.id < ?`,
    first,
    first + SPANS_PER_TRACE,
  )
  const logs = sql.all(
    `SELECT l.*, ${ORIGIN_COLUMNS} FROM logs l JOIN resources r ON r.id = l.resource JOIN scopes c ON c.id = l.scope WHERE l.trace_id <> '' AND l.trace_id = ? ORDER BY l.id`,
    traceId,
  )
  return {
    resourceSpans: groupRecords(spans, 'scopeSpans', 'spans', (rows) =>
      rows.map((row) => otlpSpan(traceId, row)),
    ),
    ...(logs.length && { resourceLogs: otlpLogs(logs) }),
  }
}

function otlpSpan(traceId: string, row: Row): OtlpJson {
  const detail = JSON.parse(String(row.detail)) as SpanDetail
  const status = {
    ...(Number(row.status) && { code: Number(row.status) }),
    ...(detail.statusMessage && { message: detail.statusMessage }),
  }
  return {
    traceId,
    spanId: row.span_id,
    ...(row.parent_id && { parentSpanId: row.parent_id }),
    ...(detail.traceState && { traceState: detail.traceState }),
    ...(detail.flags && { flags: detail.flags }),
    name: row.name,
    kind: Number(row.kind),
    startTimeUnixNano: detail.startNano,
    endTimeUnixNano: detail.endNano,
    ...origin(detail),
    ...(detail.droppedEvents && { droppedEventsCount: detail.droppedEvents }),
    ...(detail.droppedLinks && { droppedLinksCount: detail.droppedLinks }),
    events: (detail.events ?? []).map((event) => ({
      name: event.name,
      timeUnixNano: event.timeNano,
      ...origin(event),
    })),
    links: (detail.links ?? []).map((link) => ({
      traceId: link.traceId,
      spanId: link.spanId,
      ...(link.traceState && { traceState: link.traceState }),
      ...(link.flags && { flags: link.flags }),
      ...origin(link),
    })),
    status,
  }
}

/** Log records, with the columns of {@link ORIGIN_COLUMNS}. */
export function otlpLogs(rows: readonly Row[]): OtlpJson[] {
  return groupRecords(rows, 'scopeLogs', 'logRecords', (each) => each.map(otlpLog))
}

function otlpLog(row: Row): OtlpJson {
  const detail = JSON.parse(String(row.detail)) as LogDetail
  return {
    timeUnixNano: detail.timeNano,
    observedTimeUnixNano: detail.observedNano,
    severityNumber: Number(row.severity),
    ...(detail.severityText && { severityText: detail.severityText }),
    ...(detail.eventName && { eventName: detail.eventName }),
    body: toAnyValue(detail.body),
    ...origin(detail),
    ...(detail.flags && { flags: detail.flags }),
    ...(row.trace_id && { traceId: row.trace_id }),
    ...(row.span_id && { spanId: row.span_id }),
  }
}
