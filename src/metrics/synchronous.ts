import type { Attributes, Context, Counter, Gauge, Histogram } from '@opentelemetry/api'
import type { Series } from './aggregation.ts'
import { readableAttributes } from './attribute-set.ts'
import { Instrument } from './instrument.ts'
import type { Stream } from './stream.ts'

/** An instrument that is told of each measurement when it is made. */
export abstract class SynchronousInstrument extends Instrument {
  protected measure(
    value: number,
    attributes: Attributes | undefined,
    context: Context | undefined,
  ): void {
    const checked = this.check(value)
    if (checked === undefined) {
      return
    }
    // A text has a property for each of its characters.
    if (typeof attributes !== 'object') {
      attributes = undefined
    }
    for (const stream of this.streams) {
      let series: Series
      try {
        series = stream.series(attributes)
      } catch {
        // A getter or a proxy throws: what can be read of them still counts.
        attributes = readableAttributes(attributes)
        series = stream.series(attributes)
      }
      stream.record(series, checked, attributes, context)
    }
  }
}

/** A counter or an up-down counter. */
export class AddingInstrument extends SynchronousInstrument implements Counter {
  add(value: number, attributes?: Attributes, context?: Context): void {
    this.measure(value, attributes, context)
  }

  /** The counter of one attribute set, found once. Stays valid as long as the instrument. */
  bind(attributes: Attributes): BoundInstrument {
    return new BoundInstrument(this, attributes)
  }
}

/** A gauge or a histogram. */
export class RecordingInstrument extends SynchronousInstrument implements Gauge, Histogram {
  record(value: number, attributes?: Attributes, context?: Context): void {
    this.measure(value, attributes, context)
  }

  /** The gauge or histogram of one attribute set, found once. Stays valid as long as the instrument. */
  bind(attributes: Attributes): BoundInstrument {
    return new BoundInstrument(this, attributes)
  }
}

/** An instrument for one attribute set. */
export class BoundInstrument {
  readonly #instrument: SynchronousInstrument
  readonly #attributes: Attributes
  /** By place among the instrument's streams. */
  readonly #series: Series[] = []

  constructor(instrument: SynchronousInstrument, attributes: Attributes) {
    this.#instrument = instrument
    this.#attributes = readableAttributes(attributes)
  }

  /** Adds to a counter, or records. */
  record(value: number, context?: Context): void {
    const checked = this.#instrument.check(value)
    if (checked === undefined) {
      return
    }
    const { streams } = this.#instrument
    for (let i = 0; i < streams.length; i++) {
      const stream = streams[i] as Stream
      let series = this.#series[i]
      if (!series || series.detached) {
        series = stream.series(this.#attributes)
        this.#series[i] = series
      }
      stream.record(series, checked, this.#attributes, context)
    }
  }

  /** Same as `record`, in the words of a counter. */
  add(value: number, context?: Context): void {
    this.record(value, context)
  }
}
