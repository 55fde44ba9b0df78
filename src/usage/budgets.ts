import type { Context } from '@opentelemetry/api'
import * as ATTR from '../bindings/attributes.ts'
import type { Scope } from '../telemetry/scope.ts'
import type { UsedCall } from '../telemetry/usage.ts'
import { BudgetExceededError } from './exceeded.ts'
import type { Ledger } from './ledger.ts'
import type { UsageOptions } from './options.ts'
import { type EventKind, kindOf, routeName } from './owner.ts'
import type { Resource, Used } from './resources.ts'
import type { Tell } from './tell.ts'

/** What only answers tell: no call is made for it once as much was used as may be. */
const ANSWERED: Readonly<Partial<Record<Resource, (call: UsedCall) => boolean>>> = {
  d1RowsRead: ({ attributes }) => attributes[ATTR.bindingType] === 'D1',
  d1RowsWritten: ({ attributes }) => attributes[ATTR.bindingType] === 'D1',
  durableObjectRowsRead: ({ attributes }) =>
    attributes[ATTR.bindingType] === undefined && attributes[ATTR.dbSystem] !== undefined,
  durableObjectRowsWritten: ({ attributes }) =>
    attributes[ATTR.bindingType] === undefined && attributes[ATTR.dbSystem] !== undefined,
  aiInputTokens: ({ attributes }) => attributes[ATTR.bindingType] === 'AI',
  aiOutputTokens: ({ attributes }) => attributes[ATTR.bindingType] === 'AI',
}

type Outcome = 'warned' | 'exceeded' | 'refused'

/** Holds events to what they may use. */
export class Budgets {
  readonly #options: UsageOptions
  readonly #warnAt: number
  readonly #tell: Tell
  readonly #budgets: Partial<Record<EventKind, readonly (readonly [Resource, number])[]>> = {}

  constructor(options: UsageOptions, tell: Tell) {
    this.#options = options
    this.#warnAt = options.warnAt ?? 0.8
    this.#tell = tell
    for (const [kind, budget] of Object.entries(options.limits ?? {})) {
      this.#budgets[kind as EventKind] = Object.entries(budget) as [Resource, number][]
    }
  }

  /** What a call is to fail with, that would exceed a budget. */
  refusal(
    owner: Scope,
    ledger: Ledger,
    call: UsedCall,
    asked: Used,
    context: Context,
  ): Error | undefined {
    if (!this.#options.enforce) {
      return undefined
    }
    for (const [resource, limit] of this.#limits(owner)) {
      const used = ledger.total[resource] ?? 0
      const more = asked[resource] ?? 0
      if (more ? used + more > limit : used >= limit && ANSWERED[resource]?.(call)) {
        this.#say(owner, ledger, resource, limit, 'refused', context)
        const calls = ledger.tallies.largest(resource)
        return new BudgetExceededError(call.name, {
          budget: resource,
          limit,
          used,
          route: routeName(owner),
          calls,
        })
      }
    }
    return undefined
  }

  /** Warns of budgets that are about to be used up, or were: once each. */
  watch(owner: Scope, ledger: Ledger, context: Context): void {
    for (const [resource, limit] of this.#limits(owner)) {
      const used = ledger.total[resource] ?? 0
      const outcome =
        used > limit ? 'exceeded' : used && used >= limit * this.#warnAt ? 'warned' : undefined
      if (outcome && !ledger.hasTold(`${resource} ${outcome}`)) {
        this.#say(owner, ledger, resource, limit, outcome, context)
      }
    }
  }

  #limits(owner: Scope): readonly (readonly [Resource, number])[] {
    return this.#budgets[kindOf(owner)] ?? []
  }

  #say(
    owner: Scope,
    ledger: Ledger,
    resource: Resource,
    limit: number,
    outcome: Outcome,
    context: Context,
  ): void {
    const used = ledger.total[resource] ?? 0
    const [largest] = ledger.tallies.largest(resource)
    this.#tell(
      owner,
      ledger,
      {
        name: 'hono.usage.budget',
        key: `${resource} ${outcome}`,
        message: `${MESSAGES[outcome]} \`${resource}\`: ${used} of ${limit}`,
        counted: { 'hono.usage.budget': resource, 'hono.usage.outcome': outcome },
        more: {
          'hono.usage.limit': limit,
          'hono.usage.used': used,
          ...(largest && { 'hono.usage.largest': `${largest.name} (${largest.count} ×)` }),
        },
      },
      context,
    )
  }
}

const MESSAGES: Readonly<Record<Outcome, string>> = {
  warned: 'has nearly used up its budget of',
  exceeded: 'has exceeded its budget of',
  refused: 'was refused a call beyond its budget of',
}
