import type { Attributes, BatchObservableCallback, ObservableCallback } from '@opentelemetry/api'
import { inTime } from '../base/sleep.ts'
import { attributeEntries, attributeKey } from './attribute-set.ts'
import type { Instrument } from './instrument.ts'
import type { Settings } from './settings.ts'

type Callback = ObservableCallback | BatchObservableCallback

/** One instrument for a callback of its own, a list for a batch callback. */
type Target = Instrument | readonly Instrument[]

type Registration = readonly [callback: Callback, target: Target]

/** What callbacks reported of one instrument, by attribute set; for equal sets the last value. */
export type Observations = Map<string, readonly [attributes: Attributes, value: number]>

/** The callbacks of a provider's observable instruments. */
export class Callbacks {
  #registrations: Registration[] = []
  readonly #settings: Settings
  #isPrepared = false

  constructor(settings: Settings) {
    this.#settings = settings
  }

  add(callback: Callback, target: Target): void {
    this.remove(callback, target)
    this.#registrations.push([callback, target])
  }

  remove(callback: Callback, target: Target): void {
    this.#registrations = this.#registrations.filter(
      ([other, otherTarget]) => other !== callback || !isSame(otherTarget, target),
    )
  }

  /**
   * Calls every callback and returns what they observed before the time limit. Each call has its own
   * result: on Workers, a request must not wait for a promise that another one started.
   */
  async observe(): Promise<ReadonlyMap<Instrument, Observations>> {
    const { callbackTimeoutMs, prepare, warn } = this.#settings
    if (!this.#isPrepared) {
      this.#isPrepared = true
      prepare()
    }
    const observed = new Map<Instrument, Observations>()
    const put = (instrument: Instrument, value: number, attributes?: Attributes): void => {
      const checked = instrument.check(value)
      if (checked !== undefined) {
        const entries = attributeEntries(attributes)
        const observations: Observations = observed.get(instrument) ?? new Map()
        observations.set(attributeKey(entries), [Object.fromEntries(entries), checked])
        observed.set(instrument, observations)
      }
    }
    const slow = new Set<string>()
    const calls = this.#registrations.map(async ([callback, target]) => {
      const targets = [target].flat()
      const names = targets.map(({ descriptor }) => descriptor.name).join()
      const observe = Array.isArray(target)
        ? (instrument: Instrument, value: number, attributes?: Attributes): void => {
            if (targets.includes(instrument)) {
              put(instrument, value, attributes)
            }
          }
        : put.bind(undefined, target as Instrument)
      slow.add(names)
      try {
        await (callback as (result: object) => void | Promise<void>)({ observe })
      } catch (error) {
        warn(names, 'callback failed:', error)
      }
      slow.delete(names)
    })
    if (calls.length > 0) {
      await inTime<unknown>(Promise.all(calls), callbackTimeoutMs, () => {})
    }
    for (const names of slow) {
      warn(names, `callback takes over ${callbackTimeoutMs} ms`)
    }
    return observed
  }
}

const isSame = (a: Target, b: Target): boolean =>
  a === b ||
  (Array.isArray(a) &&
    Array.isArray(b) &&
    a.length === b.length &&
    a.every((instrument) => b.includes(instrument)))
