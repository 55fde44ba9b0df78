import { type Budget, MAX_PARTS, packDouble, packInteger } from './limits.ts'
import type { Buckets, ExemplarRecord, MetricType, PointDetail, PointRecord } from './model.ts'
import {
  count64,
  double,
  hexId,
  type Json,
  jsonDouble,
  list,
  nanos,
  object,
  RejectedRecord,
  whole,
} from './shape.ts'
import type { Packed } from './value.ts'

const MAX_BUCKETS = 4096

/** Reads one point of a metric. Throws `RejectedRecord` with a reason. */
export function decodePoint(type: MetricType, point: Json, budget: Budget): PointRecord {
  const flags = whole(point.flags, 0xffffffff)
  const exemplars = budget
    .first(list(point.exemplars, 'exemplars'), MAX_PARTS / 8)
    .map((item) => exemplarOf(object(item, 'exemplars'), budget))
  return {
    attributes: budget.attributes(point.attributes),
    detail: {
      timeNano: nanos(point.timeUnixNano, 'time'),
      startNano: nanos(point.startTimeUnixNano, 'start time'),
      ...(flags && { flags }),
      ...dataOf(type, point),
      ...(exemplars.length && { exemplars }),
    },
  }
}

function dataOf(type: MetricType, point: Json): Partial<PointDetail> {
  if (type === 'gauge' || type === 'sum') return { value: numberOf(point) }
  const common = {
    count: count64(point.count),
    ...optional('sum', point.sum),
    ...optional('min', point.min),
    ...optional('max', point.max),
  }
  if (type === 'histogram') return { ...common, ...explicitOf(point) }
  if (type === 'summary') {
    const quantiles = list(point.quantileValues, 'quantileValues').slice(0, MAX_PARTS)
    return {
      ...common,
      quantiles: quantiles.map((item) => {
        const { quantile, value } = object(item, 'quantileValues')
        return [double(quantile ?? 0), jsonDouble(double(value ?? 0))]
      }),
    }
  }
  const scale = Number(point.scale ?? 0)
  if (!Number.isInteger(scale) || Math.abs(scale) > 64) throw new RejectedRecord('invalid scale')
  return {
    ...common,
    scale,
    zeroCount: count64(point.zeroCount),
    zeroThreshold: double(point.zeroThreshold ?? 0),
    ...(point.positive ? { positive: bucketsOf(point.positive) } : {}),
    ...(point.negative ? { negative: bucketsOf(point.negative) } : {}),
  }
}

function explicitOf(point: Json): Partial<PointDetail> {
  const bounds = list(point.explicitBounds, 'explicitBounds').map(double)
  const counts = list(point.bucketCounts, 'bucketCounts').map(count64)
  if (bounds.length > MAX_BUCKETS) throw new RejectedRecord('too many buckets')
  if (counts.length && counts.length !== bounds.length + 1) {
    throw new RejectedRecord('bucket counts that do not fit the bounds')
  }
  if (bounds.some((bound, i) => !(bound > (bounds[i - 1] ?? Number.NEGATIVE_INFINITY)))) {
    throw new RejectedRecord('bounds that do not rise')
  }
  return counts.length ? { bounds, counts } : {}
}

function bucketsOf(value: unknown): Buckets {
  const { offset, bucketCounts } = object(value, 'buckets')
  const counts = list(bucketCounts, 'bucketCounts').map(count64)
  const first = Number(offset ?? 0)
  if (counts.length > MAX_BUCKETS) throw new RejectedRecord('too many buckets')
  if (!Number.isInteger(first)) throw new RejectedRecord('invalid bucket offset')
  return { offset: first, counts }
}

function exemplarOf(exemplar: Json, budget: Budget): ExemplarRecord {
  return {
    timeNano: nanos(exemplar.timeUnixNano, 'time of an exemplar'),
    value: numberOf(exemplar),
    traceId: hexId(exemplar.traceId, 16, 'trace id of an exemplar'),
    spanId: hexId(exemplar.spanId, 8, 'span id of an exemplar'),
    attributes: budget.attributes(exemplar.filteredAttributes),
  }
}

// A point that says "no value recorded" (flag 1) has neither.
function numberOf({ asInt, asDouble }: Json): Packed {
  if (asInt !== undefined && asInt !== null) return packInteger(asInt)
  return asDouble === undefined || asDouble === null ? null : packDouble(double(asDouble))
}

function optional(name: 'sum' | 'min' | 'max', value: unknown): Partial<PointDetail> {
  return value === undefined || value === null ? {} : { [name]: jsonDouble(double(value)) }
}
