import type { Resource } from './resources.ts'

/** A kind of call that used some of a budget up. */
export interface BudgetCall {
  /** As its span is called: `SELECT orders`. */
  readonly name: string
  /** How often it was made. */
  readonly count: number
  /** How much of the budget it used. */
  readonly used: number
}

/** What is known of a budget that is used up. */
export interface ExceededBudget {
  readonly budget: Resource
  readonly limit: number
  /** How much was used before the call that was refused. */
  readonly used: number
  /** `GET /orders/:id`, or how the event's span is called. */
  readonly route: string
  /** The calls that used it up, the largest first. */
  readonly calls: readonly BudgetCall[]
}

/**
 * What a binding's call fails with when a budget that is enforced is used up. Hono answers 503 to it where the app has
 * no error handler of its own; nothing of the message is in that answer.
 */
export class BudgetExceededError extends Error implements ExceededBudget {
  override readonly name = 'BudgetExceededError'
  readonly budget: Resource
  readonly limit: number
  readonly used: number
  readonly route: string
  readonly calls: readonly BudgetCall[]
  /** For error handlers: the status to answer with. */
  readonly status = 503

  /** Made by `usage`: see {@link ExceededBudget}. */
  constructor(call: string, { budget, limit, used, route, calls }: ExceededBudget) {
    const by = calls.map((each) => `${each.name} (${each.count} ×, ${each.used})`).join(', ')
    super(
      `Cannot call ${call}: \`${budget}\` of ${route} must be at most ${limit}, of which ${used} ${used === 1 ? 'is' : 'are'} used already, by ${by || 'nothing'}`,
    )
    this.budget = budget
    this.limit = limit
    this.used = used
    this.route = route
    this.calls = calls
  }

  /** As Hono's `HTTPException` has it. */
  getResponse(): Response {
    return new Response('Service Unavailable', { status: this.status })
  }
}
