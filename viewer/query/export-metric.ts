import type { Buckets, Instrument, PointDetail } from '../otlp/model.ts'
import { type PackedAttributes, toAnyValue, toKeyValues } from '../otlp/value.ts'
import type { Row, Sql } from '../sql/sql.ts'

type Json = Record<string, unknown>

const MAX_POINTS = 20_000

/** The points of an instrument as OTLP/JSON, by series and time; the newest 20,000 in a time. */
export function exportMetric(
  sql: Sql,
  id: number,
  { fromMs = 0, toMs }: { fromMs?: number; toMs?: number },
): Json | undefined {
  const row = sql.all('SELECT content, description FROM instruments WHERE id = ?', id)[0]
  if (!row) return undefined
  const { scope, ...instrument } = JSON.parse(String(row.content)) as Instrument & { scope: string }
  const rows = sql.all(
    `SELECT p.detail, s.attributes, r.content FROM points p JOIN series s ON s.id = p.series
      JOIN resources r ON r.id = s.resource
      WHERE s.instrument = ? AND p.time_us >= ? AND p.time_us <= ? ORDER BY p.id DESC LIMIT ?`,
    id,
    fromMs * 1000,
    toMs === undefined ? Number.MAX_SAFE_INTEGER : toMs * 1000,
    MAX_POINTS,
  )
  const resources = new Map<string, Row[]>()
  for (const each of rows.reverse()) {
    const key = String(each.content)
    const known = resources.get(key)
    if (known) known.push(each)
    else resources.set(key, [each])
  }
  const resourceMetrics = [...resources].map(([content, points]) => {
    const { attributes, dropped, schemaUrl } = JSON.parse(content)
    const metric = metricOf(instrument, String(row.description), points)
    return {
      resource: {
        attributes: toKeyValues(attributes),
        ...(dropped && { droppedAttributesCount: dropped }),
      },
      scopeMetrics: [{ scope: { name: scope }, metrics: [metric] }],
      ...(schemaUrl && { schemaUrl }),
    }
  })
  return { resourceMetrics }
}

function metricOf(instrument: Instrument, description: string, rows: readonly Row[]): Json {
  const { name, unit, type, temporality, monotonic } = instrument
  return {
    name,
    unit,
    ...(description && { description }),
    [type]: {
      ...(temporality && { aggregationTemporality: temporality === 'delta' ? 1 : 2 }),
      ...(monotonic !== undefined && { isMonotonic: monotonic }),
      dataPoints: rows.map(({ detail, attributes }) =>
        pointOf(JSON.parse(String(detail)), JSON.parse(String(attributes))),
      ),
    },
  }
}

function pointOf(detail: PointDetail, attributes: PackedAttributes): Json {
  const point: Json = {
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

const bucketsOf = ({ offset, counts }: Buckets): Json => ({
  offset,
  bucketCounts: counts.map(String),
})

function numberOf(value: Parameters<typeof toAnyValue>[0]): Json {
  const { intValue, doubleValue } = toAnyValue(value)
  if (intValue !== undefined) return { asInt: intValue }
  return doubleValue === undefined ? {} : { asDouble: doubleValue }
}
