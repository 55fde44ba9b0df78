import type { Aggregation } from './aggregation.ts'
import type { KeyFilter } from './attribute-set.ts'
import type { ExemplarReservoir } from './exemplars.ts'
import type { InstrumentDescriptor } from './instrument-kind.ts'

/** Metrics SDK specification, "Stream configuration". */
export interface StreamConfig {
  name: string
  /** Default: the instrument's. */
  readonly description?: string | undefined
  /** Default: all attributes. */
  readonly keeps?: KeyFilter | undefined
  readonly aggregation: Aggregation
  /** Default: the provider's. */
  readonly cardinalityLimit?: number | undefined
  /** Default: the aggregation's. */
  readonly reservoir?: (() => ExemplarReservoir) | undefined
}

/** What to change of an instrument's metric, `drop` to have none, undefined to leave it alone. */
export type View = (
  instrument: InstrumentDescriptor,
  /** Says once what is wrong with it. */
  warn: (metric: string, what: string, detail?: unknown) => undefined,
) => Partial<StreamConfig> | 'drop' | undefined
