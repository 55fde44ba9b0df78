import { type InstrumentDescriptor, isMonotonic } from './instrument-kind.ts'
import type { Settings } from './settings.ts'
import type { Stream } from './stream.ts'
import type { StreamConfig } from './stream-config.ts'

/** What all instruments have in common: an identity, and rules for values. */
export abstract class Instrument {
  readonly descriptor: InstrumentDescriptor
  /** One for each metric that views make of this instrument. */
  readonly configs: readonly StreamConfig[]
  /** Where measurements go: one for each reader and config. */
  readonly streams: Stream[] = []
  readonly #warn: Settings['warn']

  constructor(
    descriptor: InstrumentDescriptor,
    configs: readonly StreamConfig[],
    settings: Settings,
  ) {
    this.descriptor = descriptor
    this.configs = configs
    this.#warn = settings.warn
  }

  /** Takes no measurement any more, and tells of each that was made all the same. */
  refuse(tell: () => void): void {
    // In place of the check: instruments that are not refused need not ask.
    // biome-ignore lint/plugin: made once an instrument
    this.check = () => {
      tell()
      return undefined
    }
  }

  /** The value to record, or undefined for one that would spoil the sum of all others. */
  check(value: number): number | undefined {
    const { kind, integer, name } = this.descriptor
    if (!Number.isFinite(value)) {
      this.#warn(name, 'not a finite number, ignored:', value)
    } else if (value < 0 && isMonotonic(kind)) {
      this.#warn(name, 'negative, ignored:', value)
    } else if (integer && !Number.isInteger(value)) {
      this.#warn(name, 'not an integer, truncated:', value)
      return Math.trunc(value)
    } else {
      return value
    }
    return undefined
  }
}
