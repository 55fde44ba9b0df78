import type { Callbacks } from './callbacks.ts'
import type { MetricData } from './data.ts'
import type { Instrument } from './instrument.ts'
import { isObservable, OF_THE_EXPORT } from './instrument-kind.ts'
import type { Settings } from './settings.ts'
import { createStream, type Stream } from './stream.ts'
import type { TemporalitySelector } from './temporality.ts'

/** Collects a provider's metrics. Each reader has its own totals and intervals: none disturbs another. */
export class MetricReader {
  readonly #settings: Settings
  readonly #callbacks: Callbacks
  readonly #temporality: TemporalitySelector
  readonly #streams: [Instrument, Stream][] = []
  #started = 0
  #finished = 0

  constructor(settings: Settings, callbacks: Callbacks, temporality: TemporalitySelector) {
    this.#settings = settings
    this.#callbacks = callbacks
    this.#temporality = temporality
  }

  /**
   * Whether anything was recorded since the last collection. Observable instruments do not count, nor does what is said
   * of the export itself: the readers of two destinations would keep each other going.
   */
  get pending(): boolean {
    return this.#streams.some(
      ([{ descriptor }, stream]) => stream.pending && !OF_THE_EXPORT.test(descriptor.name),
    )
  }

  attach(instrument: Instrument): void {
    const { descriptor, configs, streams } = instrument
    for (const config of configs) {
      const temporality = this.#temporality(descriptor.kind)
      const stream = createStream(descriptor, config, this.#settings, temporality)
      streams.push(stream)
      this.#streams.push([instrument, stream])
    }
  }

  /**
   * Asks observable instruments for their values, then takes what was recorded, all at one moment.
   * Never rejects. `nowMs` is the collection's time, in milliseconds since the epoch.
   * Metrics SDK specification, "MetricReader operations: Collect".
   */
  async collect(nowMs: number = this.#settings.now()): Promise<MetricData[]> {
    const round = ++this.#started
    const observed = await this.#callbacks.observe()
    // What a later collection observed is newer: its totals must not be followed by older ones.
    const current = round > this.#finished
    if (current) {
      this.#finished = round
    }
    const metrics: MetricData[] = []
    for (const [instrument, stream] of this.#streams) {
      if (isObservable(instrument.descriptor.kind)) {
        if (!current) {
          continue
        }
        for (const [attributes, value] of observed.get(instrument)?.values() ?? []) {
          stream.record(stream.series(attributes), value)
        }
      }
      const metric = stream.collect(nowMs)
      if (metric) {
        metrics.push(metric)
      }
    }
    return metrics
  }
}
