import type { SpanDetail } from '../otlp/model.ts'
import { type Plain, toPlainObject } from '../otlp/value.ts'
import type { Row } from '../sql/sql.ts'
import { KINDS, type SpanKind } from './trace-item.ts'

/** A span as the API shows it, without its place in a tree. */
export interface SpanItem {
  traceId: string
  spanId: string
  parentSpanId: string | null
  name: string
  kind: SpanKind
  service: string
  status: 'unset' | 'ok' | 'error'
  statusMessage: string | null
  /** Milliseconds since 1970, with fractions. */
  startMs: number
  durationMs: number
  startTimeUnixNano: string
  endTimeUnixNano: string
}

/** The larger part of a span. */
export interface SpanParts {
  attributes: Record<string, Plain>
  events: SpanEventItem[]
  links: SpanLinkItem[]
  scope: { name: string; version: string; attributes: Record<string, Plain> }
  resource: Record<string, Plain>
  traceState: string | null
  flags: number
  dropped: { attributes: number; events: number; links: number }
}

export interface SpanEventItem {
  name: string
  timeUnixNano: string
  /** After the span's start. Negative for an event before it. */
  offsetMs: number
  attributes: Record<string, Plain>
  /** Its stack in the sources, where the viewer has their maps. */
  stack?: string
  droppedAttributes: number
}

export interface SpanLinkItem {
  traceId: string
  spanId: string
  traceState: string | null
  flags: number
  attributes: Record<string, Plain>
  droppedAttributes: number
}

/** Statuses by their numbers. */
export const STATUSES = ['unset', 'ok', 'error'] as const

/** Columns of `spans s` and `resources r` that {@link spanItem} reads. */
export const SPAN_COLUMNS =
  's.span_id, s.parent_id, s.name, s.kind, s.status, s.start_us, s.duration_ns, s.detail, r.service'

/** Reads the row of a span. */
export function spanItem(traceId: string, row: Row, detail: SpanDetail): SpanItem {
  return {
    traceId,
    spanId: String(row.span_id),
    parentSpanId: row.parent_id ? String(row.parent_id) : null,
    name: String(row.name),
    kind: KINDS[Number(row.kind)] ?? 'unset',
    service: String(row.service),
    status: STATUSES[Number(row.status)] ?? 'unset',
    statusMessage: detail.statusMessage ?? null,
    startMs: Number(row.start_us) / 1000,
    durationMs: Number(row.duration_ns) / 1e6,
    startTimeUnixNano: detail.startNano,
    endTimeUnixNano: detail.endNano,
  }
}

/** Reads what only one span's view shows. `scope` and `resource` are stored JSON. */
export function spanParts(detail: SpanDetail, scope: string, resource: string): SpanParts {
  const own = JSON.parse(scope)
  return {
    attributes: toPlainObject(detail.attributes),
    events: (detail.events ?? []).map((event) => ({
      name: event.name,
      timeUnixNano: event.timeNano,
      offsetMs: Number(BigInt(event.timeNano) - BigInt(detail.startNano)) / 1e6,
      attributes: toPlainObject(event.attributes),
      droppedAttributes: event.dropped ?? 0,
    })),
    links: (detail.links ?? []).map((link) => ({
      traceId: link.traceId,
      spanId: link.spanId,
      traceState: link.traceState ?? null,
      flags: link.flags ?? 0,
      attributes: toPlainObject(link.attributes),
      droppedAttributes: link.dropped ?? 0,
    })),
    scope: { name: own.name, version: own.version, attributes: toPlainObject(own.attributes) },
    resource: toPlainObject(JSON.parse(resource).attributes),
    traceState: detail.traceState ?? null,
    flags: detail.flags ?? 0,
    dropped: {
      attributes: detail.dropped ?? 0,
      events: detail.droppedEvents ?? 0,
      links: detail.droppedLinks ?? 0,
    },
  }
}
