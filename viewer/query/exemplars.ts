import type { ExemplarRecord, PointDetail } from '../otlp/model.ts'
import { type Plain, toPlain, toPlainObject } from '../otlp/value.ts'
import type { Sql } from '../sql/sql.ts'

/** A measurement that belongs to a trace. */
export interface ExemplarItem {
  /** For `/api/metrics/:id`. */
  metricId: number
  metric: string
  unit: string
  value: number
  timeMs: number
  traceId: string
  spanId: string
  /** Of the series it counts to. */
  seriesAttributes: Record<string, Plain>
  /** Its own, beyond those of the series. */
  attributes: Record<string, Plain>
}

const MAX_OF_TRACE = 200

/** The measurements whose exemplars name a trace. */
export function exemplarsOfTrace(sql: Sql, traceId: string): ExemplarItem[] {
  const rows = sql.all(
    `SELECT e.n, p.detail, s.attributes, i.id, i.content FROM exemplars e
      JOIN points p ON p.id = e.point JOIN series s ON s.id = p.series
      JOIN instruments i ON i.id = s.instrument
      WHERE e.trace_id <> '' AND e.trace_id = ? LIMIT ?`,
    traceId,
    MAX_OF_TRACE,
  )
  const seen = new Set<string>()
  const items: ExemplarItem[] = []
  for (const row of rows) {
    const { exemplars } = JSON.parse(String(row.detail)) as PointDetail
    const exemplar = exemplars?.[Number(row.n)]
    if (!exemplar) continue
    // Cumulative points bring an exemplar again and again.
    const key = `${row.id} ${exemplar.timeNano} ${exemplar.spanId} ${row.attributes}`
    if (seen.has(key)) continue
    seen.add(key)
    const { name, unit } = JSON.parse(String(row.content))
    items.push({
      metricId: Number(row.id),
      metric: name,
      unit,
      ...exemplarFields(exemplar),
      seriesAttributes: toPlainObject(JSON.parse(String(row.attributes))),
    })
  }
  return items
}

/** What an exemplar says itself. */
export function exemplarFields({
  timeNano,
  value,
  traceId,
  spanId,
  attributes,
}: ExemplarRecord): Pick<ExemplarItem, 'value' | 'timeMs' | 'traceId' | 'spanId' | 'attributes'> {
  return {
    value: Number(toPlain(value)),
    timeMs: Number(BigInt(timeNano) / 1000n) / 1000,
    traceId,
    spanId,
    attributes: toPlainObject(attributes),
  }
}
