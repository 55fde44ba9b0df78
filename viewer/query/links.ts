import type { SpanDetail } from '../otlp/model.ts'
import { SPANS_PER_TRACE } from '../sql/schema.ts'
import type { Row, Sql } from '../sql/sql.ts'
import { mark } from '../store/words.ts'
import { KINDS, type SpanKind } from './trace-item.ts'

/** A span at the other end of a link. */
export interface LinkedSpan {
  traceId: string
  spanId: string
  name: string
  service: string
  kind: SpanKind
  /** Milliseconds since 1970. */
  startMs: number
  durationMs: number
}

/** A link between a span of the trace and another, which may be of the same trace. */
export interface TraceLink {
  /** Of the trace that was asked for. */
  spanId: string
  /** `to` what the span names, or `from` a span that names this one. */
  direction: 'to' | 'from'
  traceId: string
  otherSpanId: string
  /** Null when it has not arrived, or was removed. */
  other: LinkedSpan | null
}

/** Links of one trace that are read, in each direction. */
const MAX_LINKS = 500

const COLUMNS =
  's.span_id, s.name, s.kind, s.start_us, s.duration_ns, s.detail, r.service, t.trace_id'
const FROM = 'FROM spans s JOIN traces t ON t.id = s.trace JOIN resources r ON r.id = s.resource'

/** What the spans of a trace are linked with, both ways. Undefined for an unknown trace. */
export function linksOfTrace(sql: Sql, traceId: string): TraceLink[] | undefined {
  const trace = sql.all('SELECT id FROM traces WHERE trace_id = ? AND spans > 0', traceId)[0]
  if (!trace) return undefined
  const first = Number(trace.id) * SPANS_PER_TRACE
  // A look at the text first: to read the JSON of thousands of spans takes long.
  const linking = sql.all(
    `SELECT s.span_id, s.detail FROM spans s WHERE s.id >= ? AND s.id < ? AND instr(s.detail, '"links":') > 0 LIMIT ?`,
    first,
    first + SPANS_PER_TRACE,
    MAX_LINKS,
  )
  const links: TraceLink[] = []
  for (const row of linking) {
    for (const link of linksIn(row)) {
      if (links.length >= MAX_LINKS) break
      links.push({
        spanId: String(row.span_id),
        direction: 'to',
        traceId: link.traceId,
        otherSpanId: link.spanId,
        other: spanOf(sql, link.traceId, link.spanId),
      })
    }
  }
  return [...links, ...linksFromElsewhere(sql, traceId)]
}

function linksFromElsewhere(sql: Sql, traceId: string): TraceLink[] {
  const rows = sql.all(
    `SELECT ${COLUMNS} FROM (SELECT rowid FROM span_words WHERE span_words MATCH ? LIMIT ?) w JOIN spans s ON s.id = w.rowid JOIN traces t ON t.id = s.trace JOIN resources r ON r.id = s.resource`,
    `"${mark('link', traceId)}"`,
    MAX_LINKS,
  )
  return rows.flatMap((row) => {
    const other = linkedSpan(row)
    return linksIn(row)
      .filter((link) => link.traceId === traceId)
      .map(
        ({ spanId }): TraceLink => ({
          spanId,
          direction: 'from',
          traceId: other.traceId,
          otherSpanId: other.spanId,
          other,
        }),
      )
  })
}

function linksIn(row: Row): NonNullable<SpanDetail['links']> {
  return (JSON.parse(String(row.detail)) as SpanDetail).links ?? []
}

function spanOf(sql: Sql, traceId: string, spanId: string): LinkedSpan | null {
  const row = sql.all(
    `SELECT ${COLUMNS} ${FROM} WHERE t.trace_id = ? AND s.span_id = ?`,
    traceId,
    spanId,
  )[0]
  return row ? linkedSpan(row) : null
}

function linkedSpan(row: Row): LinkedSpan {
  return {
    traceId: String(row.trace_id),
    spanId: String(row.span_id),
    name: String(row.name),
    service: String(row.service),
    kind: KINDS[Number(row.kind)] ?? 'unset',
    startMs: Number(row.start_us) / 1000,
    durationMs: Number(row.duration_ns) / 1e6,
  }
}
