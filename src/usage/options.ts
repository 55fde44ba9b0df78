import { EVENT_KINDS, type EventKind } from './owner.ts'
import type { CostModel } from './priced.ts'
import { RESOURCES, type Resource } from './resources.ts'

/** How much of what one event may use, at most. */
export type Budget = Readonly<Partial<Record<Resource, number>>>

/** Settings of {@link usage}. */
export interface UsageOptions {
  /**
   * Budgets: how much one `request`, `queue` batch, `scheduled` run, `email`, call of a Durable Object or entrypoint
   * (`object`) or `step` of a Workflow may use. Default none.
   */
  limits?: Readonly<Partial<Record<EventKind, Budget>>>
  /** The share of a budget from which on it is warned of, from 0 to 1. Default 0.8. */
  warnAt?: number
  /** Puts prices on what is used: `costs()` from `hono-observability/costs`. Default none. */
  costs?: CostModel
  /** Whether a call fails, with a `BudgetExceededError`, that would exceed a budget. Default false. */
  enforce?: boolean
  /**
   * Tells of statements and calls that are made over and over (`repeats` times in one event, default 10), and of
   * statements that read at least `scannedRows` rows (default 1000) and 100 times what they return. `false` for none.
   */
  findings?: Findings | false
}

/** From when on something is told as a finding. */
export interface Findings {
  /** How often the same call is made in one event. Default 10. */
  repeats?: number
  /** How many rows one statement reads. Default 1000. */
  scannedRows?: number
}

export const checkOptions = ({
  limits = {},
  warnAt,
  enforce,
  findings,
  costs,
}: UsageOptions): void => {
  for (const [kind, budget] of Object.entries(limits)) {
    if (!EVENT_KINDS.includes(kind as EventKind)) {
      refuse(`limits.${kind}`, `one of ${EVENT_KINDS.join(', ')}`, 'another name')
    }
    for (const [resource, limit] of Object.entries(budget ?? {})) {
      if (!Object.hasOwn(RESOURCES, resource)) {
        refuse(
          `limits.${kind}.${resource}`,
          `one of ${Object.keys(RESOURCES).join(', ')}`,
          'another name',
        )
      }
      checkNumber(`limits.${kind}.${resource}`, limit)
    }
  }
  if (warnAt !== undefined && !(typeof warnAt === 'number' && warnAt >= 0 && warnAt <= 1)) {
    refuse('warnAt', 'a number from 0 to 1', warnAt)
  }
  if (enforce !== undefined && typeof enforce !== 'boolean') {
    refuse('enforce', 'true or false', enforce)
  }
  if (costs !== undefined && typeof costs?.record !== 'function') {
    refuse('costs', 'what `costs()` of `hono-observability/costs` returns', typeof costs)
  }
  for (const [name, value] of Object.entries(findings || {})) {
    if (name !== 'repeats' && name !== 'scannedRows') {
      refuse(`findings.${name}`, 'one of repeats, scannedRows', 'another name')
    }
    checkNumber(`findings.${name}`, value)
  }
}

const checkNumber = (option: string, value: unknown): void => {
  if (value !== undefined && !(typeof value === 'number' && value >= 0)) {
    refuse(option, 'a number from 0 on', value)
  }
}

const refuse = (option: string, expected: string, received: unknown): never => {
  throw new TypeError(
    `Cannot count usage: \`${option}\` must be ${expected}, received ${String(received).slice(0, 60)}`,
  )
}
