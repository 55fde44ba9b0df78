import type { Observable, ObservableCallback } from '@opentelemetry/api'
import type { Callbacks } from './callbacks.ts'
import { Instrument } from './instrument.ts'
import type { InstrumentDescriptor } from './instrument-kind.ts'
import type { Settings } from './settings.ts'
import type { StreamConfig } from './stream-config.ts'

/** An instrument that is asked for its values when metrics are collected. */
export class ObservableInstrument extends Instrument implements Observable {
  readonly #callbacks: Callbacks

  constructor(
    descriptor: InstrumentDescriptor,
    configs: readonly StreamConfig[],
    settings: Settings,
    callbacks: Callbacks,
  ) {
    super(descriptor, configs, settings)
    this.#callbacks = callbacks
  }

  addCallback(callback: ObservableCallback): void {
    this.#callbacks.add(callback, this)
  }

  removeCallback(callback: ObservableCallback): void {
    this.#callbacks.remove(callback, this)
  }
}
