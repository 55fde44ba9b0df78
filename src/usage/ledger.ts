import type { Attributes } from '@opentelemetry/api'
import { Cursors } from './cursors.ts'
import { addTo, type Used } from './resources.ts'
import { Tallies } from './tallies.ts'

/** Where a ledger hands on what it has, once the route is known. */
export interface Books {
  /** What was used of a binding. */
  count(used: Used, binding: string | undefined, by: Attributes): void
  /** What was used after the end. */
  late(used: Used, by: Attributes): void
  /** What happened, such as a budget that was exceeded, and how often. */
  event(count: number, attributes: Attributes): void
}

/** What one request or other event has used so far. Plain data, but for cursors of its own storage. */
export class Ledger {
  readonly total: Used = {}
  /** Undefined until it has ended: what comes later is counted at once. */
  by: Attributes | undefined
  readonly #byBinding = new Map<string | undefined, Used>()
  // Made on first use: most events need none of these.
  #cursors: Map<string | undefined, Cursors> | undefined
  #told: Set<string> | undefined
  #events: Map<string, { count: number; what: Attributes }> | undefined
  #tallies: Tallies | undefined
  readonly #books: Books

  constructor(books: Books) {
    this.#books = books
  }

  get tallies(): Tallies {
    this.#tallies ??= new Tallies()
    return this.#tallies
  }

  add(used: Used, binding: string | undefined): void {
    addTo(this.total, used)
    if (this.by) {
      this.#books.count(used, binding, this.by)
      this.#books.late(used, this.by)
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
    this.#cursors ??= new Map()
    let cursors = this.#cursors.get(binding)
    if (!cursors) {
      cursors = new Cursors()
      this.#cursors.set(binding, cursors)
    }
    return cursors
  }

  /** Whether something is asked for the first time. */
  isNew(key: string): boolean {
    this.#told ??= new Set()
    return !this.#told.has(key) && this.#told.add(key) !== undefined
  }

  hasTold(key: string): boolean {
    return this.#told?.has(key) ?? false
  }

  /** Counts something that happened, by the route once it is known. */
  happened(what: Attributes): void {
    if (this.by) {
      this.#books.event(1, { ...this.by, ...what })
      return
    }
    const key = Object.values(what).join(' ')
    this.#events ??= new Map()
    const known = this.#events.get(key)
    if (known) {
      known.count++
    } else {
      this.#events.set(key, { count: 1, what })
    }
  }

  /** Counts what was read through cursors since. */
  readCursors(): void {
    if (this.#cursors) {
      for (const [binding, cursors] of this.#cursors) {
        this.add(cursors.take(), binding)
      }
    }
  }

  finish(by: Attributes): void {
    this.readCursors()
    this.#cursors = undefined
    this.by = by
    for (const [binding, used] of this.#byBinding) {
      this.#books.count(used, binding, by)
    }
    this.#byBinding.clear()
    for (const { count, what } of this.#events?.values() ?? []) {
      this.#books.event(count, { ...by, ...what })
    }
    this.#events = undefined
  }
}
