import type { Attributes } from '@opentelemetry/api'

/** Attribute sets of one kind that are kept; beyond, all are made anew. */
const MAX_LABELS = 1000

/**
 * Attribute sets that are made of others by one more attribute, the same object each time: half of what counting costs
 * would be copies of them.
 */
export class Labels {
  readonly #key: string
  #made = new Map<Attributes, Map<string, Attributes>>()
  #count = 0

  constructor(key: string) {
    this.#key = key
  }

  with(by: Attributes, value: string): Attributes {
    const known = this.#made.get(by)?.get(value)
    return known ?? this.#make(by, value)
  }

  #make(by: Attributes, value: string): Attributes {
    if (this.#count >= MAX_LABELS) {
      this.#made.clear()
      this.#count = 0
    }
    this.#count++
    let made = this.#made.get(by)
    if (!made) {
      made = new Map()
      this.#made.set(by, made)
    }
    const labels = { ...by, [this.#key]: value }
    made.set(value, labels)
    return labels
  }
}
