import type { Buckets, Instrument, MetricAbout, PointDetail } from '../otlp/model.ts'
import { type PackedAttributes, toAnyValue, toKeyValues } from '../otlp/value.ts'
import type { Row, Sql } from '../sql/sql.ts'
import { groupRecords, ORIGIN_COLUMNS, type OtlpJson } from './group-records.ts'

const MAX_POINTS = 20_000

/** The points of an instrument as OTLP/JSON, by series and time; the newest 20,000 in a time. */
export function exportMetric(
  sql: Sql,
  id: number,
  { fromMs = 0, toMs }: { fromMs?: number; toMs?: number },
): OtlpJson | undefined {
  const row = sql.all('SELECT content FROM instruments WHERE id = ?', id)[0]
  if (!row) return undefined
  const instrument = JSON.parse(String(row.content)) as Instrument
  const rows = sql.all(
    `SELECT p.detail, s.attributes, s.about, ${ORIGIN_COLUMNS} FROM points p
      JOIN series s ON s.id = p.series
      JOIN resources r ON r.id = s.resource JOIN scopes c ON c.id = s.scope
      WHERE s.instrument = ? AND p.time_us >= ? AND p.time_us <= ? ORDER BY p.id DESC LIMIT ?`,
    id,
    fromMs * 1000,
    toMs === undefined ? Number.MAX_SAFE_INTEGER : toMs * 1000,
    MAX_POINTS,
  )
  const write = (own: readonly Row[]): OtlpJson[] =>
    [...Map.groupBy(own, ({ about }) => String(about))].map(([about, points]) =>
      metricOf(instrument, JSON.parse(about), points),
    )
  return { resourceMetrics: groupRecords(rows.reverse(), 'scopeMetrics', 'metrics', write) }
}

function metricOf(
  instrument: Instrument,
  { description, metadata }: MetricAbout,
  rows: readonly Row[],
): OtlpJson {
  const { name, unit, type, temporality, monotonic } = instrument
  return {
    name,
    unit,
    ...(description && { description }),
    ...(metadata && { metadata: toKeyValues(metadata) }),
    [type]: {
      ...(temporality && { aggregationTemporality: temporality === 'delta' ? 1 : 2 }),
      ...(monotonic !== undefined && { isMonotonic: monotonic }),
      dataPoints: rows.map(({ detail, attributes }) =>
        pointOf(JSON.parse(String(detail)), JSON.parse(String(attributes))),
      ),
    },
  }
}

function pointOf(detail: PointDetail, attributes: PackedAttributes): OtlpJson {
  const point: OtlpJson = {
    attributes: toKeyValues(attributes),
    startTimeUnixNano: detail.startNano,
    timeUnixNano: detail.timeNano,
  }
  const put = (name: string, value: unknown): void => {
    if (value !== undefined) point[name] = value
  }
  put('flags', detail.flags)
  put('count', detail.count === undefined ? undefined : String(detail.count))
  for (const name of ['sum', 'min', 'max', 'scale', 'zeroThreshold'] as const)
    put(name, detail[name])
  put('zeroCount', detail.zeroCount === undefined ? undefined : String(detail.zeroCount))
  put('explicitBounds', detail.bounds)
  put('bucketCounts', detail.counts?.map(String))
  put('positive', detail.positive && bucketsOf(detail.positive))
  put('negative', detail.negative && bucketsOf(detail.negative))
  put(
    'quantileValues',
    detail.quantiles?.map(([quantile, value]) => ({ quantile, value })),
  )
  put(
    'exemplars',
    detail.exemplars?.map(({ attributes: own, timeNano, value, traceId, spanId }) => ({
      filteredAttributes: toKeyValues(own),
      timeUnixNano: timeNano,
      ...numberOf(value),
      ...(traceId && { traceId }),
      ...(spanId && { spanId }),
    })),
  )
  return { ...point, ...(detail.value !== undefined && numberOf(detail.value)) }
}

const bucketsOf = ({ offset, counts }: Buckets): OtlpJson => ({
  offset,
  bucketCounts: counts.map(String),
})

function numberOf(value: Parameters<typeof toAnyValue>[0]): OtlpJson {
  const { intValue, doubleValue } = toAnyValue(value)
  if (intValue !== undefined) return { asInt: intValue }
  return doubleValue === undefined ? {} : { asDouble: doubleValue }
}
