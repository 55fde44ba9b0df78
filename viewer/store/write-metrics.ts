import type { Group, Instrument, MetricAbout, MetricRecord, PointRecord } from '../otlp/model.ts'
import type { Sql } from '../sql/sql.ts'
import type { Interned } from './interned.ts'
import { toMicros } from './time.ts'

/** Bytes that a point takes beside its detail. */
export const POINT_OVERHEAD = 150

/** Points stored, and their size. */
export interface WrittenPoints {
  added: number
  bytes: number
}

/** Stores points. One that comes again, with the same series and times, replaces the first. */
export function writeMetrics(
  sql: Sql,
  interned: Interned,
  groups: readonly Group<MetricRecord>[],
  nowMs: number,
): WrittenPoints {
  const written: WrittenPoints = { added: 0, bytes: 0 }
  for (const { resource: origin, scope: ownScope, records } of groups) {
    const count = records.reduce((sum, { points }) => sum + points.length, 0)
    if (count === 0) continue
    const resource = interned.resource(origin, 'points', count, nowMs)
    const scope = interned.scope(ownScope, nowMs)
    for (const metric of records) {
      const instrument = instrumentId(sql, metric, ownScope.name, nowMs)
      const about = aboutOf(metric)
      for (const point of metric.points) {
        const row = sql.all(
          'INSERT INTO series (instrument, resource, scope, attributes, about, last_ms) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (instrument, resource, scope, attributes) DO UPDATE SET about = excluded.about, last_ms = excluded.last_ms RETURNING id',
          instrument,
          resource.id,
          scope,
          attributesKey(point),
          about,
          nowMs,
        )[0]
        written.bytes += writePoint(sql, Number(row?.id), point, nowMs)
        written.added++
      }
    }
  }
  return written
}

function aboutOf({ description, metadata }: MetricRecord): string {
  const about: MetricAbout = { description, ...(metadata && { metadata }) }
  return JSON.stringify(about)
}

function instrumentId(sql: Sql, metric: MetricRecord, scope: string, nowMs: number): number {
  const { name, unit, type, temporality, monotonic } = metric
  const identity: Instrument & { scope: string } = {
    name,
    unit,
    type,
    ...(temporality && { temporality }),
    ...(monotonic !== undefined && { monotonic }),
    scope,
  }
  const row = sql.all(
    'INSERT INTO instruments (content, name, description, first_ms, last_ms) VALUES (?, ?, ?, ?, ?) ON CONFLICT (content) DO UPDATE SET description = excluded.description, last_ms = excluded.last_ms RETURNING id',
    JSON.stringify(identity),
    name,
    metric.description,
    nowMs,
    nowMs,
  )[0]
  return Number(row?.id)
}

// Attribute sets have no order.
function attributesKey({ attributes }: PointRecord): string {
  const pairs: [string, string][] = []
  for (let i = 0; i < attributes.length; i += 2) {
    pairs.push([JSON.stringify(attributes[i]), JSON.stringify(attributes[i + 1])])
  }
  pairs.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
  return `[${pairs.map((pair) => pair.join(',')).join(',')}]`
}

function writePoint(sql: Sql, series: number, { detail }: PointRecord, nowMs: number): number {
  const json = JSON.stringify(detail)
  const bytes = json.length + POINT_OVERHEAD
  const row = sql.all(
    'INSERT INTO points (series, received_ms, time_us, start_us, times, bytes, detail) VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (series, time_us, times) DO UPDATE SET detail = excluded.detail RETURNING id, bytes',
    series,
    nowMs,
    toMicros(detail.timeNano),
    toMicros(detail.startNano),
    `${detail.timeNano} ${detail.startNano}`,
    bytes,
    json,
  )[0]
  const point = Number(row?.id)
  sql.all('DELETE FROM exemplars WHERE point = ?', point)
  for (const [n, { traceId }] of (detail.exemplars ?? []).entries()) {
    if (traceId) sql.all('INSERT INTO exemplars VALUES (?, ?, ?)', point, n, traceId)
  }
  return bytes
}
