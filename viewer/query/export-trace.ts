import type { LogDetail, SpanDetail } from '../otlp/model.ts'
import { type Packed, type PackedAttributes, toAnyValue, toKeyValues } from '../otlp/value.ts'
import { SPANS_PER_TRACE } from '../sql/schema.ts'
import type { Row, Sql } from '../sql/sql.ts'

type Json = Record<string, unknown>

/** Records under their resource and scope, as OTLP groups them. */
interface Grouped {
  resource: Json
  scopes: Map<string, { scope: Json; schemaUrl: string; records: Json[] }>
  schemaUrl: string
}

/** A file that can be imported again is no larger than this. */
export const MAX_EXPORTED_BYTES: number = 16 * 1024 * 1024

/** Whether a trace is too large to be exported. */
export function isTooLargeToExport(sql: Sql, traceId: string): boolean {
  const row = sql.all('SELECT bytes FROM traces WHERE trace_id = ?', traceId)[0]
  return Number(row?.bytes) > MAX_EXPORTED_BYTES
}

/** A trace as OTLP/JSON: `resourceSpans`, and its log records as `resourceLogs`. */
export function exportTrace(sql: Sql, traceId: string): Json | undefined {
  const trace = sql.all('SELECT id FROM traces WHERE trace_id = ? AND spans > 0', traceId)[0]
  if (!trace) return undefined
  const first = Number(trace.id) * SPANS_PER_TRACE
  const columns = 'c.content AS scope_content, r.content AS resource_content'
  const spans = sql.all(
    `SELECT s.*, ${columns} FROM spans s JOIN resources r ON r.id = s.resource JOIN scopes c ON c.id = s.scope WHERE s.id >= ? AND s.id < ?`,
    first,
    first + SPANS_PER_TRACE,
  )
  const logs = sql.all(
    `SELECT l.*, ${columns} FROM logs l JOIN resources r ON r.id = l.resource JOIN scopes c ON c.id = l.scope WHERE l.trace_id <> '' AND l.trace_id = ? ORDER BY l.id`,
    traceId,
  )
  return {
    resourceSpans: group(spans, 'scopeSpans', 'spans', (row) => otlpSpan(traceId, row)),
    ...(logs.length && { resourceLogs: group(logs, 'scopeLogs', 'logRecords', otlpLog) }),
  }
}

function group(
  rows: readonly Row[],
  inner: string,
  name: string,
  write: (row: Row) => Json,
): Json[] {
  const resources = new Map<string, Grouped>()
  for (const row of rows) {
    const resourceKey = String(row.resource_content)
    const scopeKey = String(row.scope_content)
    let grouped = resources.get(resourceKey)
    if (!grouped) {
      const { schemaUrl = '', ...resource } = JSON.parse(resourceKey)
      grouped = { resource: origin(resource), scopes: new Map(), schemaUrl }
      resources.set(resourceKey, grouped)
    }
    let scope = grouped.scopes.get(scopeKey)
    if (!scope) {
      const { schemaUrl = '', name: scopeName, version, ...rest } = JSON.parse(scopeKey)
      const written = { name: scopeName, version, ...origin(rest) }
      scope = { scope: written, schemaUrl, records: [] }
      grouped.scopes.set(scopeKey, scope)
    }
    scope.records.push(write(row))
  }
  return [...resources.values()].map(({ resource, scopes, schemaUrl }) => ({
    resource,
    [inner]: [...scopes.values()].map((each) => ({
      scope: each.scope,
      [name]: each.records,
      ...(each.schemaUrl && { schemaUrl: each.schemaUrl }),
    })),
    ...(schemaUrl && { schemaUrl }),
  }))
}

function origin({ attributes, dropped }: { attributes?: Packed[]; dropped?: number }): Json {
  return {
    attributes: toKeyValues((attributes ?? []) as PackedAttributes),
    ...(dropped && { droppedAttributesCount: dropped }),
  }
}

function otlpSpan(traceId: string, row: Row): Json {
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
    ...parts(detail),
    ...(detail.droppedEvents && { droppedEventsCount: detail.droppedEvents }),
    ...(detail.droppedLinks && { droppedLinksCount: detail.droppedLinks }),
    events: (detail.events ?? []).map((event) => ({
      name: event.name,
      timeUnixNano: event.timeNano,
      ...parts(event),
    })),
    links: (detail.links ?? []).map((link) => ({
      traceId: link.traceId,
      spanId: link.spanId,
      ...(link.traceState && { traceState: link.traceState }),
      ...(link.flags && { flags: link.flags }),
      ...parts(link),
    })),
    status,
  }
}

function otlpLog(row: Row): Json {
  const detail = JSON.parse(String(row.detail)) as LogDetail
  return {
    timeUnixNano: detail.timeNano,
    observedTimeUnixNano: detail.observedNano,
    severityNumber: Number(row.severity),
    ...(detail.severityText && { severityText: detail.severityText }),
    ...(detail.eventName && { eventName: detail.eventName }),
    body: toAnyValue(detail.body),
    ...parts(detail),
    ...(detail.flags && { flags: detail.flags }),
    ...(row.trace_id && { traceId: row.trace_id }),
    ...(row.span_id && { spanId: row.span_id }),
  }
}

function parts({ attributes, dropped }: { attributes: PackedAttributes; dropped?: number }): Json {
  return {
    attributes: toKeyValues(attributes),
    ...(dropped && { droppedAttributesCount: dropped }),
  }
}
