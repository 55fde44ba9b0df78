import type { Attributes } from '@opentelemetry/api'
import * as ATTR from '../bindings/attributes.ts'
import type { UsedCall } from '../telemetry/usage.ts'
import type { BudgetCall } from './exceeded.ts'
import { addTo, type Resource, type Used } from './resources.ts'

/** Calls of one kind: of one statement, or of one method of a binding. */
export interface Tally {
  /** As the span is called. */
  readonly name: string
  /** The statement, without its values where none were bound; undefined for what is none. */
  readonly statement: string | undefined
  count: number
  readonly used: Used
}

/** Kinds of calls of one event that are told apart. */
const MAX_TALLIES = 100

/** Calls that are told of in an error. */
const MAX_CALLS = 5

/** What is told of the calls beyond. */
const OTHER = 'other calls'

/** The text, or where it is not recorded what it does. A batch is none. */
const statementOf = (attributes: Attributes): string | undefined =>
  attributes[ATTR.batchSize] === undefined
    ? ((attributes[ATTR.queryText] ?? attributes[ATTR.querySummary]) as string | undefined)
    : undefined

/** The calls of one event, by their kind. */
export class Tallies {
  readonly #all = new Map<string, Tally>()

  /** A call is made, which uses so much whatever it is answered. */
  called(call: UsedCall, used: Used): Tally {
    const tally = this.answered(call, used)
    tally.count++
    return tally
  }

  /** It was answered, and used so much more. */
  answered(call: UsedCall, used: Used): Tally {
    const tally = this.#of(call)
    addTo(tally.used, used)
    return tally
  }

  /** The calls that used most of something. */
  largest(resource: Resource): BudgetCall[] {
    return [...this.#all.values()]
      .filter(({ used }) => used[resource])
      .map(({ name, count, used }) => ({ name, count, used: used[resource] ?? 0 }))
      .sort((a, b) => b.used - a.used)
      .slice(0, MAX_CALLS)
  }

  #of({ name, attributes }: UsedCall): Tally {
    const statement = statementOf(attributes)
    const key = statement ?? name
    const known = this.#all.get(key)
    if (known) {
      return known
    }
    const isFull = this.#all.size >= MAX_TALLIES
    const shared = isFull ? this.#all.get(OTHER) : undefined
    if (shared) {
      return shared
    }
    const tally: Tally = isFull
      ? { name: OTHER, statement: undefined, count: 0, used: {} }
      : { name, statement, count: 0, used: {} }
    this.#all.set(isFull ? OTHER : key, tally)
    return tally
  }
}
