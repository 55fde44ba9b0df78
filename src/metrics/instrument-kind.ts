import type { InstrumentationScope } from '../base/instrumentation-scope.ts'

/** The instruments of the OpenTelemetry metrics API. */
export type InstrumentKind =
  | 'counter'
  | 'upDownCounter'
  | 'gauge'
  | 'histogram'
  | 'observableCounter'
  | 'observableUpDownCounter'
  | 'observableGauge'

/** What identifies an instrument, and what it advises. */
export interface InstrumentDescriptor {
  readonly kind: InstrumentKind
  readonly name: string
  /** Of identical instruments with different descriptions, the longest one is kept. */
  description: string
  readonly unit: string
  /** Made with `ValueType.INT`. */
  readonly integer: boolean
  readonly scope: InstrumentationScope
  /** Upper bounds of the histogram's buckets, as its author advises. */
  readonly boundaries: readonly number[] | undefined
}

/** Metrics API, "Instrument name syntax". */
export const isValidName = (name: string): boolean => /^[A-Za-z][\w.\-/]{0,254}$/.test(name)

/** Whether values may not be negative, so that sums of them only ever grow. */
export const isMonotonic = (kind: InstrumentKind): boolean =>
  kind === 'counter' || kind === 'observableCounter' || kind === 'histogram'

/** Whether callbacks report the values. */
export const isObservable = (kind: InstrumentKind): boolean => kind.startsWith('o')

/** Instruments that say how the export is doing: what they are told is no reason to export. */
export const OF_THE_EXPORT: RegExp = /^(otel\.sdk|hono\.otlp)\./
