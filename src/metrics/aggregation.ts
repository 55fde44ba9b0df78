import type { Attributes } from '@opentelemetry/api'
import type { MetricData } from './data.ts'
import type { ExemplarReservoir } from './exemplars.ts'

/** The running aggregate of one attribute set. */
export abstract class Series {
  attributes: Attributes = {}
  startMs = 0
  /** Will be part of the next collection. */
  active = false
  /** No longer, or never, found under the attributes it was handed out for: look it up again. */
  detached = false
  /** Of an observable instrument: the total at the last collection. */
  previous = 0
  reservoir: ExemplarReservoir | undefined = undefined

  /** Adds a measurement and returns the bucket it falls into; 0 without buckets. */
  abstract update(value: number): number

  /** What distinguishes the data point. With `reset`, starts over. */
  abstract take(reset: boolean): object
}

/** How measurements become data points. Metrics SDK specification, "Aggregation". */
export interface Aggregation {
  /** What it adds to the metric: its type, and for explicit buckets their bounds. */
  readonly fields: { readonly type: MetricData['type']; readonly bounds?: readonly number[] }
  /** `signed` when measurements may be negative: then histograms have no meaningful sum. */
  series(signed: boolean): Series
  /** The default exemplar reservoir. */
  reservoir(): ExemplarReservoir
}
