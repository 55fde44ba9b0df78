import type { Temporality } from './data.ts'
import type { InstrumentKind } from './instrument-kind.ts'

/**
 * Which instruments report what was added since the last collection (`delta`), and which report
 * running totals (`cumulative`). OTLP metrics exporter specification, "temporality preference".
 *
 * - `cumulative`: all report totals.
 * - `delta`: all but up-down counters report deltas.
 * - `lowmemory`: counters and histograms report deltas; observable counters and up-down counters totals.
 * - `aggregator`: all report deltas, for a receiver that adds them up.
 */
export type TemporalityPreference = 'cumulative' | 'delta' | 'lowmemory' | 'aggregator'

/** Chooses per kind of instrument. */
export type TemporalitySelector = (kind: InstrumentKind) => Temporality

const CUMULATIVE: Record<TemporalityPreference, RegExp> = {
  cumulative: /./,
  delta: /upDown/i,
  lowmemory: /upDown|^o|gauge/i,
  aggregator: /^$/,
}

/** The selector that a preference stands for. */
export const temporalitySelector =
  (preference: TemporalityPreference): TemporalitySelector =>
  (kind) =>
    CUMULATIVE[preference].test(kind) ? 'cumulative' : 'delta'
