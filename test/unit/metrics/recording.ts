import type { HistogramPoint, MetricData, NumberPoint } from '../../../src/metrics/data.ts'
import type { InstrumentMeter } from '../../../src/metrics/meter.ts'
import { type CollectingMeterProvider, createMeterProvider } from '../../../src/metrics/provider.ts'
import type { MetricReader } from '../../../src/metrics/reader.ts'
import type { MeterProviderOptions } from '../../../src/metrics/settings.ts'
import type { TemporalityPreference } from '../../../src/metrics/temporality.ts'

export interface Recording {
  provider: CollectingMeterProvider
  meter: InstrumentMeter
  reader: MetricReader
  /** The clock's time in milliseconds, which tests move. */
  clock: { nowMs: number }
  /** What was warned of. */
  warnings: string[]
  /** Collects; the result by metric name. */
  collect(): Promise<Record<string, MetricData>>
}

/** A provider with one reader, a clock that stands at 1000 ms, and a list of warnings. */
export const record = (
  temporality: TemporalityPreference = 'cumulative',
  options: MeterProviderOptions = {},
): Recording => {
  const clock = { nowMs: 1000 }
  const warnings: string[] = []
  const provider = createMeterProvider({
    now: () => clock.nowMs,
    say: (message) => void warnings.push(message),
    ...options,
  })
  const reader = provider.addReader(temporality)
  return {
    provider,
    meter: provider.getMeter('test', '1.0.0'),
    reader,
    clock,
    warnings,
    async collect() {
      const metrics = await reader.collect()
      return Object.fromEntries(metrics.map((metric) => [metric.name, metric]))
    },
  }
}

/** Points of a metric as `[attributes, value]`, in the order of their recording. */
export const values = (metric: MetricData | undefined): [object, number][] =>
  ((metric?.points ?? []) as NumberPoint[]).map(({ attributes, value }) => [attributes, value])

/** The single point of a histogram. */
export const onlyHistogram = (metric: MetricData | undefined): HistogramPoint => {
  const points = metric?.points ?? []
  if (points.length !== 1) throw new Error(`expected one point, got ${points.length}`)
  return points[0] as HistogramPoint
}
