import type { Attributes } from '@opentelemetry/api'
import { Cursors } from './cursors.ts'
import type { Resource, Used } from './resources.ts'

export const addTo = (total: Used, more: Used): void => {
  for (const key in more) {
    const resource = key as Resource
    const count = more[resource]
    if (count) {
      total[resource] = (total[resource] ?? 0) + count
    }
  }
}

/** Hands on what was used of a binding: to counters, once the route is known. */
export type Count = (used: Used, binding: string | undefined, by: Attributes) => void

/** What one request or other event has used so far. Plain data, but for cursors of its own storage. */
export class Ledger {
  readonly total: Used = {}
  /** Undefined until it has ended: what comes later is counted at once. */
  by: Attributes | undefined
  readonly #byBinding = new Map<string | undefined, Used>()
  readonly #cursors = new Map<string | undefined, Cursors>()
  readonly #count: Count

  constructor(count: Count) {
    this.#count = count
  }

  add(used: Used, binding: string | undefined): void {
    addTo(this.total, used)
    if (this.by) {
      this.#count(used, binding, this.by)
      return
    }
    const known = this.#byBinding.get(binding)
    if (known) {
      addTo(known, used)
    } else {
      this.#byBinding.set(binding, { ...used })
    }
  }

  cursorsOf(binding: string | undefined): Cursors {
    let cursors = this.#cursors.get(binding)
    if (!cursors) {
      cursors = new Cursors()
      this.#cursors.set(binding, cursors)
    }
    return cursors
  }

  /** Counts what was read through cursors since. */
  readCursors(): void {
    for (const [binding, cursors] of this.#cursors) {
      this.add(cursors.take(), binding)
    }
  }

  finish(by: Attributes): void {
    this.readCursors()
    this.#cursors.clear()
    this.by = by
    for (const [binding, used] of this.#byBinding) {
      this.#count(used, binding, by)
    }
    this.#byBinding.clear()
  }
}
