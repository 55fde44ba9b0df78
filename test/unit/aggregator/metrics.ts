import type { Attributes } from '@opentelemetry/api'
import type { AggregatorPush, ResourceMetrics } from '../../../src/export/aggregator/protocol.ts'
import type {
  ExponentialHistogramData,
  ExponentialHistogramPoint,
  GaugeData,
  HistogramData,
  HistogramPoint,
  MetricData,
  NumberPoint,
  SumData,
} from '../../../src/metrics/data.ts'

export const NOW_MS = 1_790_000_000_000

const common = { description: '', unit: '', scope: { name: 'test', version: '1' } } as const

const at = (attributes: Attributes) => ({ attributes, startMs: NOW_MS - 1000, timeMs: NOW_MS })

export const numberPoint = (value: number, attributes: Attributes = {}): NumberPoint => ({
  ...at(attributes),
  value,
})

export const sum = (points: readonly NumberPoint[], over: Partial<SumData> = {}): SumData => ({
  ...common,
  type: 'sum',
  name: 'requests',
  monotonic: true,
  integer: true,
  temporality: 'delta',
  points,
  ...over,
})

export const gauge = (
  points: readonly NumberPoint[],
  over: Partial<GaugeData> = {},
): GaugeData => ({
  ...common,
  type: 'gauge',
  name: 'temperature',
  integer: false,
  points,
  ...over,
})

export const BOUNDS = [0.1, 1, 10]

/** The histogram of these values, counted one by one. */
export const histogramPoint = (
  values: readonly number[],
  attributes: Attributes = {},
): HistogramPoint => {
  const bucketCounts = [0, 0, 0, 0]
  for (const value of values) {
    const found = BOUNDS.findIndex((bound) => value <= bound)
    const bucket = found < 0 ? BOUNDS.length : found
    bucketCounts[bucket] = (bucketCounts[bucket] ?? 0) + 1
  }
  return {
    ...at(attributes),
    count: values.length,
    sum: values.reduce((total, value) => total + value, 0),
    ...(values.length > 0 && { min: Math.min(...values), max: Math.max(...values) }),
    bucketCounts,
  }
}

export const histogram = (
  points: readonly HistogramPoint[],
  over: Partial<HistogramData> = {},
): HistogramData => ({
  ...common,
  type: 'histogram',
  name: 'duration',
  unit: 's',
  bounds: BOUNDS,
  temporality: 'delta',
  points,
  ...over,
})

/** By definition: the index i for which base ** i < |value| <= base ** (i + 1). */
export const naiveIndex = (value: number, scale: number): number =>
  Math.ceil(Math.log2(Math.abs(value)) * 2 ** scale) - 1

const naiveBuckets = (values: readonly number[], scale: number) => {
  const indexes = values.map((value) => naiveIndex(value, scale))
  const offset = indexes.length ? Math.min(...indexes) : 0
  const counts = new Array<number>(indexes.length ? Math.max(...indexes) - offset + 1 : 0).fill(0)
  for (const index of indexes) counts[index - offset] = (counts[index - offset] ?? 0) + 1
  return { offset, counts }
}

/** The exponential histogram of these values at a scale, counted one by one. */
export const exponentialPoint = (
  values: readonly number[],
  scale: number,
  attributes: Attributes = {},
): ExponentialHistogramPoint => ({
  ...at(attributes),
  count: values.length,
  sum: values.reduce((total, value) => total + value, 0),
  ...(values.length > 0 && { min: Math.min(...values), max: Math.max(...values) }),
  scale,
  zeroCount: values.filter((value) => value === 0).length,
  zeroThreshold: 0,
  positive: naiveBuckets(
    values.filter((value) => value > 0),
    scale,
  ),
  negative: naiveBuckets(
    values.filter((value) => value < 0),
    scale,
  ),
})

/** The finest scale up to `atMost` at which 160 buckets of each sign hold all values. */
export const finestScale = (values: readonly number[], atMost: number): number => {
  let scale = atMost
  const sizes = () => {
    const { positive, negative } = exponentialPoint(values, scale)
    return [positive.counts.length, negative.counts.length]
  }
  while (Math.max(...sizes()) > 160) scale--
  return scale
}

export const exponential = (
  points: readonly ExponentialHistogramPoint[],
  over: Partial<ExponentialHistogramData> = {},
): ExponentialHistogramData => ({
  ...common,
  type: 'exponentialHistogram',
  name: 'size',
  unit: 'By',
  temporality: 'delta',
  points,
  ...over,
})

export const push = (
  metrics: readonly MetricData[],
  over: Partial<AggregatorPush> = {},
): AggregatorPush => ({
  instance: 'one',
  seq: 1,
  floor: 1,
  startMs: NOW_MS - 60_000,
  sealedMs: NOW_MS,
  shard: 'default',
  resource: { 'service.name': 'shop' },
  metrics,
  ...over,
})

/** The points of a metric by name, over all resources. */
export const pointsOf = <M extends MetricData = SumData>(
  totals: readonly ResourceMetrics[],
  name: string,
): M['points'][number][] =>
  totals.flatMap(({ metrics }) =>
    metrics.filter((metric) => metric.name === name).flatMap(({ points }) => [...points]),
  ) as M['points'][number][]

/** Values of a sum's or gauge's points, by their attributes as JSON. */
export const valuesOf = (
  totals: readonly ResourceMetrics[],
  name: string,
): Record<string, number> =>
  Object.fromEntries(
    pointsOf(totals, name).map(({ attributes, value }) => [JSON.stringify(attributes), value]),
  )
