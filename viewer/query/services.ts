import { type Plain, toPlainObject } from '../otlp/value.ts'
import type { Sql } from '../sql/sql.ts'

/** A service that has sent something. */
export interface ServiceItem {
  name: string
  /** Resources: for Workers, isolates. */
  instances: number
  /** Received of its present resources, what has been removed since included. */
  spans: number
  logs: number
  points: number
  firstSeenMs: number
  lastSeenMs: number
  /** Attributes of the resource that was seen last. */
  resource: Record<string, Plain>
}

/** Lists services by name. */
export function listServices(sql: Sql): ServiceItem[] {
  // SQLite takes the other columns from the row that has the maximum.
  const rows = sql.all(
    'SELECT service, count(*) AS instances, sum(spans) AS spans, sum(logs) AS logs, sum(points) AS points, max(last_ms) AS last_ms, content, (SELECT min(o.first_ms) FROM resources o WHERE o.service = r.service) AS first_ms FROM resources r GROUP BY service ORDER BY service LIMIT 1000',
  )
  return rows.map((row) => ({
    name: String(row.service),
    instances: Number(row.instances),
    spans: Number(row.spans),
    logs: Number(row.logs),
    points: Number(row.points),
    firstSeenMs: Number(row.first_ms),
    lastSeenMs: Number(row.last_ms),
    resource: toPlainObject(JSON.parse(String(row.content)).attributes),
  }))
}
