import type { Attributes } from '@opentelemetry/api'
import { Bare, boundValue } from '../base/bound-value.ts'
import type { SpanLimits } from './options.ts'

/** Attributes with caps on their number and size. What does not fit is counted, never silently lost. */
export class BoundedAttributes {
  readonly values: Attributes = new Bare()
  dropped = 0
  #count = 0
  readonly #limits: SpanLimits

  constructor(limits: SpanLimits, initial?: Attributes) {
    this.#limits = limits
    if (initial) {
      this.setAll(initial)
    }
  }

  /** Never throws: what cannot be read or is no attribute counts as dropped. */
  set(key: string, value: unknown): void {
    if (value === undefined || value === null || typeof value === 'function') {
      return
    }
    try {
      const bound = boundValue(value, this.#limits.attributeValueLength)
      if (this.values[key] !== undefined || this.#count++ < this.#limits.attributeCount) {
        this.values[key] = bound as string
      } else {
        this.dropped++
      }
    } catch {
      this.dropped++
    }
  }

  /** Never throws, whatever it is given. One that cannot be read does not take the others with it. */
  setAll(attributes: Attributes): void {
    if (typeof attributes !== 'object') {
      return
    }
    try {
      for (const key in attributes) {
        try {
          this.set(key, attributes[key])
        } catch {
          this.dropped++
        }
      }
    } catch {
      this.dropped++
    }
  }
}

/** Roughly the bytes attributes take in an export request: for the buffer's cap, not for accounting. */
export const attributeBytes = (attributes: object): number => {
  let bytes = 0
  for (const key in attributes) {
    const value = (attributes as Record<string, unknown>)[key]
    bytes += key.length + 32
    if (typeof value === 'string') {
      bytes += value.length
    } else if (typeof value === 'object' && value !== null) {
      bytes += value instanceof Uint8Array ? value.length * 2 : attributeBytes(value)
    }
  }
  return bytes
}
