import type { Attributes } from '@opentelemetry/api'
import type {
  Exemplar,
  ExponentialBuckets,
  ExponentialHistogramPoint,
  HistogramPoint,
  MetricData,
  NumberPoint,
} from '../../metrics/data.ts'
import { isIntegerPoint, TEMPORALITY } from '../otlp/values.ts'
import { envelope } from './envelope.ts'
import { attributes, time } from './values.ts'
import {
  begin,
  double,
  doubles,
  end,
  fixed64,
  fixed64s,
  hex,
  sint,
  text,
  uint,
  uint64s,
} from './writer.ts'

/** An `ExportMetricsServiceRequest`, opentelemetry-proto `metrics/v1`. */
export const encodeMetrics = (
  resource: Attributes,
  metrics: readonly MetricData[],
): Uint8Array<ArrayBuffer> =>
  envelope(
    resource,
    metrics,
    // By text, because equal scopes that came from elsewhere are different objects.
    ({ scope: { name, version = '', schemaUrl = '' } }) => `${name}\n${version}\n${schemaUrl}`,
    ({ scope }) => scope,
    writeMetric,
  )

/** Which field of `Metric` holds the data. */
const DATA_FIELD: Record<MetricData['type'], number> = {
  gauge: 5,
  sum: 7,
  histogram: 9,
  exponentialHistogram: 10,
}

const writeMetric = (metric: MetricData): void => {
  const from = begin(2, 2)
  text(1, metric.name)
  text(2, metric.description)
  text(3, metric.unit)
  const data = begin(DATA_FIELD[metric.type], 2)
  for (const point of metric.points) {
    const inner = begin(1, 2)
    time(2, point.startMs)
    time(3, point.timeMs)
    if (metric.type === 'histogram') {
      writeHistogramPoint(point as HistogramPoint, metric.bounds)
    } else if (metric.type === 'exponentialHistogram') {
      writeExponentialPoint(point as ExponentialHistogramPoint)
    } else {
      writeNumberPoint(point as NumberPoint, metric.integer)
    }
    end(inner, 2)
  }
  if (metric.type !== 'gauge') {
    uint(2, TEMPORALITY[metric.temporality])
  }
  if (metric.type === 'sum' && metric.monotonic) {
    uint(3, 1)
  }
  end(data, 2)
  end(from, 2)
}

const writeNumberPoint = (point: NumberPoint, integer: boolean): void => {
  writeNumber(4, point.value, integer)
  writeExemplars(5, point.exemplars, integer)
  attributes(7, point.attributes)
}

/** An integer is field 6 of points and exemplars alike, a double is not. */
const writeNumber = (doubleField: number, value: number, integer: boolean): void =>
  isIntegerPoint(value, integer) ? fixed64(6, value) : double(doubleField, value)

const writeHistogramPoint = (point: HistogramPoint, bounds: readonly number[]): void => {
  fixed64(4, point.count)
  writeSpread(point, 11)
  fixed64s(6, point.bucketCounts)
  doubles(7, bounds)
  writeExemplars(8, point.exemplars, false)
  attributes(9, point.attributes)
}

const writeExponentialPoint = (point: ExponentialHistogramPoint): void => {
  attributes(1, point.attributes)
  fixed64(4, point.count)
  writeSpread(point, 12)
  sint(6, point.scale)
  fixed64(7, point.zeroCount)
  writeBuckets(8, point.positive)
  writeBuckets(9, point.negative)
  writeExemplars(11, point.exemplars, false)
  double(14, point.zeroThreshold)
}

/** `minField` is followed by the field of the maximum. */
const writeSpread = (
  { sum, min, max }: HistogramPoint | ExponentialHistogramPoint,
  minField: number,
): void => {
  if (sum !== undefined) {
    double(5, sum)
  }
  if (min !== undefined) {
    double(minField, min)
  }
  if (max !== undefined) {
    double(minField + 1, max)
  }
}

const writeBuckets = (field: number, { offset, counts }: ExponentialBuckets): void => {
  if (counts.length) {
    const from = begin(field)
    sint(1, offset)
    uint64s(2, counts)
    end(from)
  }
}

const writeExemplars = (
  field: number,
  exemplars: readonly Exemplar[] | undefined,
  integer: boolean,
): void => {
  for (const { timeMs, value, traceId, spanId, attributes: filtered } of exemplars ?? []) {
    const from = begin(field)
    time(2, timeMs)
    writeNumber(3, value, integer)
    if (traceId && spanId) {
      hex(4, spanId, 16)
      hex(5, traceId, 32)
    }
    if (filtered) {
      attributes(7, filtered)
    }
    end(from)
  }
}
