import type { SpanRecord } from '../otlp/model.ts'
import type { Row, Sql } from '../sql/sql.ts'
import type { HttpFacts } from './http.ts'
import { durationNs, toMicros } from './time.ts'

/** The span that stands for its trace. */
export interface RootFacts {
  name: string
  service: string
  spanId: string
  kind: number
  method: string
  route: string
  /** 0 when there is none. */
  statusCode: number
}

/** What lists say of a trace. */
export interface TraceSummary {
  /** Its number, in the order of arrival. */
  id: number
  traceId: string
  receivedMs: number
  startUs: number
  endUs: number
  spans: number
  errors: number
  /** 2 when the root has no parent, 1 when its parent is not here, 0 before there is one. */
  rootRank: number
  rootStartUs: number
  root: RootFacts
  /** Spans by service, of the first 32 services. */
  services: Record<string, number>
  bytes: number
}

/** Services that a summary names. */
export const MAX_SERVICES = 32
const NO_ROOT: RootFacts = {
  name: '',
  service: '',
  spanId: '',
  kind: 0,
  method: '',
  route: '',
  statusCode: 0,
}

/** Finds the summary of a trace, or begins one. */
export function loadTrace(sql: Sql, traceId: string, nowMs: number): TraceSummary {
  const row = sql.all('SELECT * FROM traces WHERE trace_id = ?', traceId)[0]
  if (row) return summaryOf(row)
  const inserted = sql.all(
    "INSERT INTO traces (trace_id, received_ms, start_us, end_us, duration_us, spans, errors, root_rank, root_start_us, root, services, bytes) VALUES (?, ?, 0, 0, 0, 0, 0, 0, 0, '{}', '{}', 0) RETURNING id",
    traceId,
    nowMs,
  )[0]
  return {
    id: Number(inserted?.id),
    traceId,
    receivedMs: nowMs,
    startUs: Number.MAX_SAFE_INTEGER,
    endUs: 0,
    spans: 0,
    errors: 0,
    rootRank: 0,
    rootStartUs: 0,
    root: NO_ROOT,
    services: {},
    bytes: 0,
  }
}

/** Reads a row of `traces`. */
export function summaryOf(row: Row): TraceSummary {
  return {
    id: Number(row.id),
    traceId: String(row.trace_id),
    receivedMs: Number(row.received_ms),
    startUs: Number(row.start_us),
    endUs: Number(row.end_us),
    spans: Number(row.spans),
    errors: Number(row.errors),
    rootRank: Number(row.root_rank),
    rootStartUs: Number(row.root_start_us),
    root: JSON.parse(String(row.root)) as RootFacts,
    services: JSON.parse(String(row.services)) as Record<string, number>,
    bytes: Number(row.bytes),
  }
}

/** Takes a span into the summary of its trace. */
export function addToSummary(
  summary: TraceSummary,
  span: SpanRecord,
  service: string,
  http: HttpFacts,
): void {
  const startUs = toMicros(span.detail.startNano)
  const lengthUs = Math.floor(durationNs(span.detail.startNano, span.detail.endNano) / 1000)
  summary.startUs = Math.min(summary.startUs, startUs)
  summary.endUs = Math.min(Math.max(summary.endUs, startUs + lengthUs), Number.MAX_SAFE_INTEGER)
  if (span.status === 2) summary.errors++
  if (Object.hasOwn(summary.services, service)) {
    summary.services[service] = (summary.services[service] ?? 0) + 1
  } else if (Object.keys(summary.services).length < MAX_SERVICES) {
    summary.services = { ...summary.services, ...Object.fromEntries([[service, 1]]) }
  }
  const rank = span.parentSpanId ? 1 : 2
  const isEarlier = rank === summary.rootRank && startUs < summary.rootStartUs
  const isItself = summary.root.spanId === span.spanId
  if (rank > summary.rootRank || isEarlier || isItself) {
    const { name, spanId, kind } = span
    summary.rootRank = rank
    summary.rootStartUs = startUs
    summary.root = { name: name.slice(0, 512), service, spanId, kind, ...http }
  }
}

/** Stores the summary. */
export function saveTrace(sql: Sql, summary: TraceSummary): void {
  sql.all(
    'UPDATE traces SET start_us = ?, end_us = ?, duration_us = ?, spans = ?, errors = ?, root_rank = ?, root_start_us = ?, root = ?, services = ?, bytes = ? WHERE id = ?',
    summary.startUs,
    summary.endUs,
    Math.max(0, summary.endUs - summary.startUs),
    summary.spans,
    summary.errors,
    summary.rootRank,
    summary.rootStartUs,
    JSON.stringify(summary.root),
    JSON.stringify(summary.services),
    summary.bytes,
    summary.id,
  )
}
