import type { Instrument, PointDetail } from '../otlp/model.ts'
import { type Plain, toPlain, toPlainObject } from '../otlp/value.ts'
import { isTrue } from '../search/evaluate.ts'
import type { Expression } from '../search/parse.ts'
import { type InstrumentFacts, searchableSeries } from '../search/series.ts'
import type { Row, Sql } from '../sql/sql.ts'

/** A series with its points of some time, the oldest first. */
export interface LoadedSeries {
  service: string
  attributes: Record<string, Plain>
  points: LoadedPoint[]
  /** The last point before that time. */
  before: LoadedPoint | undefined
}

export interface LoadedPoint {
  timeMs: number
  startMs: number
  detail: PointDetail
}

/** Which series are wanted. */
export interface SeriesFilter {
  service?: string
  attributes: readonly (readonly [key: string, value: string])[]
  /** True of each series. */
  query?: Expression
}

/** Series of one instrument that are read, and points of all of them. */
const MAX_SERIES = 2000
const MAX_POINTS = 50_000

/** Bytes of points that are read at once; beyond it, so many of the smaller ones. */
const MAX_BYTES = 32 * 1024 * 1024
const MAX_HEAVY_POINTS = 8192

/** Reads the points of an instrument. */
export function loadPoints(
  sql: Sql,
  instrument: number,
  { fromMs, toMs }: { fromMs: number; toMs: number },
  filter: SeriesFilter,
  facts: InstrumentFacts,
): { series: LoadedSeries[]; truncated: boolean } {
  const rows = sql.all(
    'SELECT s.id, s.attributes, r.service, r.content AS resource FROM series s JOIN resources r ON r.id = s.resource WHERE s.instrument = ? AND s.last_ms >= ? ORDER BY s.last_ms DESC, s.id LIMIT ?',
    instrument,
    // Received no earlier than it was measured, give or take a wrong clock.
    Math.floor(fromMs - 3_600_000),
    MAX_SERIES + 1,
  )
  const series: LoadedSeries[] = []
  const isHeavy = bytesOf(sql, instrument, fromMs, toMs) > MAX_BYTES
  const maxPointBytes = isHeavy ? MAX_BYTES / MAX_HEAVY_POINTS : Number.MAX_SAFE_INTEGER
  let left = isHeavy ? MAX_HEAVY_POINTS : MAX_POINTS
  for (const row of rows.slice(0, MAX_SERIES)) {
    const packed = JSON.parse(String(row.attributes))
    const attributes = toPlainObject(packed)
    const service = String(row.service)
    if (filter.service && filter.service !== service) continue
    if (!filter.attributes.every(([key, value]) => textOfPlain(attributes[key]) === value)) continue
    const where = { service, resource: String(row.resource) }
    if (filter.query && !isTrue(filter.query, searchableSeries(facts, packed, where))) continue
    const points = sql
      .all(
        'SELECT time_us, start_us, detail FROM points WHERE series = ? AND time_us > ? AND time_us <= ? AND bytes <= ? ORDER BY time_us LIMIT ?',
        Number(row.id),
        fromMs * 1000,
        toMs * 1000,
        maxPointBytes,
        left,
      )
      .map(pointOf)
    left -= points.length
    const before = sql
      .all(
        'SELECT time_us, start_us, detail FROM points WHERE series = ? AND time_us <= ? ORDER BY time_us DESC LIMIT 1',
        Number(row.id),
        fromMs * 1000,
      )
      .map(pointOf)[0]
    if (points.length || before) series.push({ service, attributes, points, before })
    if (left <= 0) break
  }
  return { series, truncated: isHeavy || left <= 0 || rows.length > MAX_SERIES }
}

/** Points that are together larger than fits into memory have exemplars or buckets without end. */
function bytesOf(sql: Sql, instrument: number, fromMs: number, toMs: number): number {
  const row = sql.all(
    'SELECT sum(p.bytes) AS bytes FROM series s JOIN points p ON p.series = s.id WHERE s.instrument = ? AND p.time_us > ? AND p.time_us <= ?',
    instrument,
    fromMs * 1000,
    toMs * 1000,
  )[0]
  return Number(row?.bytes ?? 0)
}

/** A value of the API as text, as `textOf` writes it. */
export function textOfPlain(value: Plain | undefined): string {
  return value === undefined || value === null
    ? ''
    : typeof value === 'object'
      ? JSON.stringify(value)
      : String(value)
}

/** One number of a point: its value, or for histograms and summaries its count. */
export function numberOf(detail: PointDetail): number {
  return detail.value === undefined
    ? Number(detail.count ?? 0)
    : Number(toPlain(detail.value) ?? Number.NaN)
}

/** What was counted between two points. */
export interface Increment {
  /** Since when; the same as `timeMs` when that is not known. */
  sinceMs: number
  timeMs: number
  value: number
  now: PointDetail
  /** To be subtracted from `now`; undefined when all of `now` is new. */
  before: PointDetail | undefined
}

/**
 * What a sum or histogram counted, point by point. Deltas say it themselves. A cumulative point is
 * compared with the one before; a later start, or less than before, means that counting began anew,
 * and then all of it is new. The first of all counts only if counting began within the time asked
 * for: what came before was not seen.
 */
export function increments(
  { points, before }: LoadedSeries,
  temporality: Instrument['temporality'],
  fromMs: number,
): Increment[] {
  const found: Increment[] = []
  let previous = before
  for (const point of points) {
    const { timeMs, startMs, detail } = point
    const value = numberOf(detail)
    const since = startMs > 0 ? startMs : timeMs
    if (temporality === 'delta') {
      found.push({ sinceMs: since, timeMs, value, now: detail, before: undefined })
    } else if (!previous) {
      if (startMs >= fromMs)
        found.push({ sinceMs: since, timeMs, value, now: detail, before: undefined })
    } else if (startMs > previous.startMs || value < numberOf(previous.detail)) {
      const sinceMs = Math.max(since, previous.timeMs)
      found.push({ sinceMs, timeMs, value, now: detail, before: undefined })
    } else {
      found.push({
        sinceMs: previous.timeMs,
        timeMs,
        value: value - numberOf(previous.detail),
        now: detail,
        before: previous.detail,
      })
    }
    previous = point
  }
  return found
}

function pointOf(row: Row): LoadedPoint {
  return {
    timeMs: Number(row.time_us) / 1000,
    startMs: Number(row.start_us) / 1000,
    detail: JSON.parse(String(row.detail)) as PointDetail,
  }
}
