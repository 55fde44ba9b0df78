import type { SpanDetail } from '../otlp/model.ts'
import type { Sql } from '../sql/sql.ts'
import { httpFacts } from '../store/http.ts'
import { routeOf } from '../store/request-counts.ts'
import { type RequestFilter, readRequests } from './requests.ts'

/** One request of the picture of latencies. */
export interface LatencyPoint {
  traceId: string
  spanId: string
  timeMs: number
  durationMs: number
  failed: boolean
  service: string
  /** `{method} {http.route}`, or the span's name. */
  route: string
}

/** How long each request took. */
export interface LatencyView {
  fromMs: number
  toMs: number
  /** The newest 2,000. */
  points: LatencyPoint[]
  /** There were more. */
  truncated: boolean
}

/** Reads requests one by one, as points in time and duration. */
export function latencies(sql: Sql, filter: RequestFilter): LatencyView {
  const { rows, truncated } = readRequests(sql, filter)
  const points = rows.map((row) => ({
    traceId: String(row.trace_id),
    spanId: String(row.span_id),
    timeMs: Number(row.start_us) / 1000,
    durationMs: Number(row.duration_ns) / 1e6,
    failed: Number(row.status) === 2,
    service: String(row.service),
    route: routeOf(
      String(row.name),
      httpFacts((JSON.parse(String(row.detail)) as SpanDetail).attributes),
    ),
  }))
  return { fromMs: filter.fromMs, toMs: filter.toMs, points, truncated }
}
