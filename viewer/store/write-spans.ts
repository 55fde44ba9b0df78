import type { Group, SpanRecord } from '../otlp/model.ts'
import { SPANS_PER_TRACE } from '../sql/schema.ts'
import type { Row, Sql } from '../sql/sql.ts'
import { type HttpFacts, httpFacts } from './http.ts'
import type { Interned, KnownResource } from './interned.ts'
import { RequestCounts } from './request-counts.ts'
import { durationNs, toMicros } from './time.ts'
import {
  addToSummary,
  loadTrace,
  MAX_SERVICES,
  saveTrace,
  type TraceSummary,
} from './trace-summary.ts'
import { Words } from './words.ts'

/** Spans that are kept of one trace. */
export const MAX_SPANS_PER_TRACE = 50_000

/** What became of the spans of a request. */
export interface WrittenSpans {
  traces: TraceSummary[]
  /** Stored for the first time. */
  added: number
  bytes: number
  /** Beyond what is kept of one trace. */
  rejected: number
}

interface Place {
  span: SpanRecord
  resource: KnownResource
  scope: number
}

/** Stores spans. Those that were stored before are replaced, and count once. */
export function writeSpans(
  sql: Sql,
  interned: Interned,
  groups: readonly Group<SpanRecord>[],
  nowMs: number,
): WrittenSpans {
  const result: WrittenSpans = { traces: [], added: 0, bytes: 0, rejected: 0 }
  const requests = new RequestCounts(nowMs)
  // Trace by trace, because the full-text index wants rising numbers.
  const traces = [...byTrace(interned, groups, nowMs)].map(([traceId, places]) => ({
    summary: loadTrace(sql, traceId, nowMs),
    places,
  }))
  traces.sort((a, b) => a.summary.id - b.summary.id)
  for (const { summary, places } of traces) {
    const bytesBefore = summary.bytes
    let replaced = false
    for (const place of places) {
      const old = findSpan(sql, summary, place.span)
      if (!old && summary.spans >= MAX_SPANS_PER_TRACE) {
        result.rejected++
        continue
      }
      const id = Number(old?.id ?? summary.id * SPANS_PER_TRACE + summary.spans)
      const http = httpFacts(place.span.detail.attributes)
      const bytes = insertSpan(sql, id, summary.id, place)
      indexSpan(sql, id, place, http)
      if (old) {
        replaced = true
        summary.bytes += bytes - String(old.detail).length - SPAN_OVERHEAD
      } else {
        summary.bytes += bytes
        summary.spans++
        result.added++
        requests.add(place.span, place.resource.service, http)
      }
      addToSummary(summary, place.span, place.resource.service, http)
    }
    if (replaced) recount(sql, summary)
    saveTrace(sql, summary)
    result.bytes += summary.bytes - bytesBefore
    result.traces.push(summary)
  }
  requests.save(sql)
  return result
}

function byTrace(
  interned: Interned,
  groups: readonly Group<SpanRecord>[],
  nowMs: number,
): Map<string, Place[]> {
  const traces = new Map<string, Place[]>()
  for (const group of groups) {
    const resource = interned.resource(group.resource, 'spans', group.records.length, nowMs)
    const scope = interned.scope(group.scope, nowMs)
    for (const span of group.records) {
      const places = traces.get(span.traceId)
      if (places) places.push({ span, resource, scope })
      else traces.set(span.traceId, [{ span, resource, scope }])
    }
  }
  return traces
}

function findSpan(sql: Sql, { id, spans }: TraceSummary, { spanId }: SpanRecord): Row | undefined {
  if (spans === 0) return undefined
  return sql.all('SELECT id, detail FROM spans WHERE trace = ? AND span_id = ?', id, spanId)[0]
}

/** Bytes that a span takes beside its detail: columns, indexes and words. Measured. */
export const SPAN_OVERHEAD = 500

function insertSpan(sql: Sql, id: number, trace: number, { span, resource, scope }: Place): number {
  const detail = JSON.stringify(span.detail)
  sql.all(
    'INSERT OR REPLACE INTO spans VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
    id,
    trace,
    span.spanId,
    span.parentSpanId,
    span.name,
    span.kind,
    span.status,
    toMicros(span.detail.startNano),
    durationNs(span.detail.startNano, span.detail.endNano),
    resource.id,
    scope,
    detail,
  )
  return detail.length + SPAN_OVERHEAD
}

/** Links of a span that are found from their other end. */
const MAX_INDEXED_LINKS = 128

function indexSpan(sql: Sql, id: number, { span, resource }: Place, http: HttpFacts): void {
  const words = new Words()
  words.mark('service', resource.service)
  if (span.status === 2) words.mark('status', 'error')
  if (http.route) words.mark('route', http.route)
  if (http.statusCode) {
    words.mark('http', String(http.statusCode))
    words.mark('http', `${Math.floor(http.statusCode / 100)}xx`)
  }
  words.mark('name', span.name)
  words.text(span.name)
  words.text(span.detail.statusMessage ?? '')
  words.attributes(span.detail.attributes)
  for (const event of span.detail.events?.slice(0, 16) ?? []) {
    words.text(event.name)
    words.attributes(event.attributes)
  }
  const linked = new Set(
    span.detail.links?.slice(0, MAX_INDEXED_LINKS).map(({ traceId }) => traceId),
  )
  for (const traceId of linked) words.mark('link', traceId)
  sql.all('INSERT OR REPLACE INTO span_words (rowid, words) VALUES (?, ?)', id, String(words))
}

function recount(sql: Sql, summary: TraceSummary): void {
  const row = sql.all(
    'SELECT count(*) AS spans, sum(status = 2) AS errors, min(start_us) AS start_us, max(start_us + CAST(duration_ns / 1000 AS INTEGER)) AS end_us FROM spans WHERE trace = ?',
    summary.id,
  )[0]
  summary.spans = Number(row?.spans)
  summary.errors = Number(row?.errors)
  summary.startUs = Number(row?.start_us)
  summary.endUs = Math.min(Number(row?.end_us), Number.MAX_SAFE_INTEGER)
  const services = sql.all(
    'SELECT r.service, count(*) AS spans FROM spans s JOIN resources r ON r.id = s.resource WHERE s.trace = ? GROUP BY r.service LIMIT ?',
    summary.id,
    MAX_SERVICES,
  )
  summary.services = Object.fromEntries(
    services.map((each) => [String(each.service), Number(each.spans)]),
  )
}
