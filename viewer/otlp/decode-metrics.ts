import { decodeGroups, reject } from './decode.ts'
import { decodePoint } from './decode-points.ts'
import { Budget } from './limits.ts'
import type { Decoded, MetricRecord, MetricType, PointRecord } from './model.ts'
import { type Json, list, object, RejectedRecord } from './shape.ts'

const ENVELOPE = { outer: 'resourceMetrics', inner: 'scopeMetrics', records: 'metrics' }
const TYPES: MetricType[] = ['gauge', 'sum', 'histogram', 'exponentialHistogram', 'summary']
const TEMPORALITIES = [undefined, 'delta', 'cumulative'] as const
const TEMPORALITY_NAMES = ['UNSPECIFIED', 'DELTA', 'CUMULATIVE']

/**
 * Reads a request of metrics. What is refused is counted in points, as OTLP does. Throws
 * `MalformedRequest` for what is no such request.
 */
export function decodeMetrics(request: unknown): Decoded<MetricRecord> {
  const refused: Pick<Decoded<unknown>, 'rejected'> = { rejected: new Map() }
  let shortened = 0
  const decoded = decodeGroups(request, ENVELOPE, (metric, budget): MetricRecord => {
    const type = TYPES.find((name) => metric[name] !== undefined && metric[name] !== null)
    const data = object(type && metric[type], type ?? 'metric')
    const items = list(data.dataPoints, 'dataPoints')
    const fault = faultOf(metric, type, data)
    if (fault || !type) {
      reject(refused, fault ?? '', Math.max(1, items.length))
      return { name: '', description: '', unit: '', type: 'gauge', points: [] }
    }
    const points: PointRecord[] = []
    for (const item of items) {
      const own = new Budget()
      try {
        points.push(decodePoint(type, object(item, 'dataPoints'), own))
        if (own.shortened) shortened++
      } catch (error) {
        if (!(error instanceof RejectedRecord)) throw error
        reject(refused, error.message, 1)
      }
    }
    const temporality = temporalityOf(data)
    const metadata = budget.attributes(metric.metadata)
    return {
      name: budget.string(metric.name, 1024),
      description: budget.string(metric.description, 4096),
      unit: budget.string(metric.unit, 256),
      type,
      ...(temporality && type !== 'gauge' && type !== 'summary' && { temporality }),
      ...(type === 'sum' && { monotonic: data.isMonotonic === true }),
      ...(metadata.length && { metadata }),
      points,
    }
  })
  for (const group of decoded.groups) {
    group.records = group.records.filter(({ points }) => points.length)
  }
  decoded.rejected = refused.rejected
  decoded.shortened += shortened
  return decoded
}

function faultOf(metric: Json, type: MetricType | undefined, data: Json): string | undefined {
  if (typeof metric.name !== 'string' || metric.name === '') return 'missing metric name'
  if (!type) return 'metric without data'
  if (type === 'gauge' || type === 'summary') return undefined
  return temporalityOf(data) ? undefined : 'missing aggregation temporality'
}

function temporalityOf({ aggregationTemporality: value }: Json): (typeof TEMPORALITIES)[number] {
  // As its name, some senders write it.
  const name = /^AGGREGATION_TEMPORALITY_(DELTA|CUMULATIVE)$/.exec(String(value))?.[1]
  return TEMPORALITIES[name ? TEMPORALITY_NAMES.indexOf(name) : Number(value ?? 0)]
}
