import type { Attributes } from '@opentelemetry/api'
import type { InstrumentationScope } from '../base/instrumentation-scope.ts'

/**
 * What a collection yields: plain data, the same shape for OTLP, the aggregator and `/metrics`.
 * Follows the OpenTelemetry metrics data model; times are milliseconds since the epoch.
 */
export type Temporality = 'delta' | 'cumulative'

export interface Exemplar {
  timeMs: number
  value: number
  traceId?: string
  spanId?: string
  /** Measurement attributes that a view dropped from the series. */
  attributes?: Attributes
}

interface Point {
  attributes: Attributes
  startMs: number
  timeMs: number
  exemplars?: readonly Exemplar[]
}

export interface NumberPoint extends Point {
  value: number
}

export interface HistogramPoint extends Point {
  count: number
  /** Absent when the instrument may record negative values. */
  sum?: number
  min?: number
  max?: number
  /** One more than the metric's `bounds`. */
  bucketCounts: readonly number[]
}

export interface ExponentialBuckets {
  offset: number
  counts: readonly number[]
}

export interface ExponentialHistogramPoint extends Point {
  count: number
  sum?: number
  min?: number
  max?: number
  scale: number
  zeroCount: number
  zeroThreshold: number
  positive: ExponentialBuckets
  negative: ExponentialBuckets
}

interface Metric {
  name: string
  description: string
  unit: string
  scope: InstrumentationScope
}

export interface SumData extends Metric {
  type: 'sum'
  monotonic: boolean
  temporality: Temporality
  /** Every value is an integer by declaration (`ValueType.INT`). */
  integer: boolean
  points: readonly NumberPoint[]
}

export interface GaugeData extends Metric {
  type: 'gauge'
  integer: boolean
  points: readonly NumberPoint[]
}

export interface HistogramData extends Metric {
  type: 'histogram'
  temporality: Temporality
  /** Upper bounds, inclusive, ascending; the last bucket is unbounded. */
  bounds: readonly number[]
  points: readonly HistogramPoint[]
}

export interface ExponentialHistogramData extends Metric {
  type: 'exponentialHistogram'
  temporality: Temporality
  points: readonly ExponentialHistogramPoint[]
}

/** One metric, with all its points. */
export type MetricData = SumData | GaugeData | HistogramData | ExponentialHistogramData
