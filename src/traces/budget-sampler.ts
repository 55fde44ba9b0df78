import { type Context, type Sampler, trace } from '@opentelemetry/api'
import { mustBe } from '../base/messages.ts'
import { DECISION_RECORD_AND_SAMPLED } from '../base/otel-enums.ts'
import { parentBased, ratioSampler } from './sampler.ts'

/** Settings of {@link budgetSampler}: either `spansPerMonth`, or `usdPerMonth` with `usdPerMillionSpans`. */
export interface BudgetSamplerOptions {
  /** How many spans may leave in 30 days. */
  spansPerMonth?: number
  /** What they may cost in 30 days, in USD. */
  usdPerMonth?: number
  /** What the backend charges for a million spans, in USD. */
  usdPerMillionSpans?: number
  /**
   * How many isolates or processes share the budget: none knows of the others. The gauge `hono.aggregator.instances` says
   * how many there are. From 1. Default 1.
   */
  instances?: number
}

const MONTH_SECONDS = 30 * 86_400

/** Seconds of the budget that can be spent at once, such as by the first requests of an isolate. */
const BURST_SECONDS = 60

/** The smallest share is 1 in 2 to the power of this; beyond, nothing is kept until there is budget again. */
const HALVINGS = 12

/** Traces that began here whose spans are known as such. Those of older ones count as callers'. */
const MAX_OWN_TRACES = 1000

/**
 * A sampler that keeps to a budget: all is sampled while there is enough of it, and half, a quarter and so on as it is used
 * up faster than the month goes by. It counts the spans of the traces that begin here: what they use beyond the budget is
 * paid back in full before another one is sampled. Those of callers' traces, whose decision is followed, count as well,
 * with a debt of no more than a minute's budget, so that nobody's traces keep out your own for longer. Shares are consistent probability sampling, as `traces.ratio` is, so that counts can be scaled
 * back. With `traces.tail`, requests that fail are kept in full whatever is left: those are beyond the budget.
 *
 * @param options - The budget.
 * @returns A sampler for `traces.sampler`.
 * @throws TypeError when an option is missing, or not what it should be.
 *
 * @example
 * ```ts
 * import { observability } from 'hono-observability'
 * import { budgetSampler } from 'hono-observability/sampler'
 *
 * const sampler = budgetSampler({ usdPerMonth: 50, usdPerMillionSpans: 1.5, instances: 20 })
 * export const middleware = observability({ traces: { sampler, tail: { errors: true } } })
 * ```
 */
export const budgetSampler = (options: BudgetSamplerOptions): Sampler => {
  const perSecond = spansPerSecond(options)
  const most = Math.max(1, perSecond * BURST_SECONDS)
  const shares = Array.from({ length: HALVINGS + 1 }, (_, halvings) => ratioSampler(2 ** -halvings))
  let left = most
  let lastMs: number | undefined
  const own = new Set<string>()
  const refill = (): void => {
    const nowMs = Date.now()
    // A clock that went back gives nothing, and takes nothing.
    left = Math.min(most, left + (Math.max(0, nowMs - (lastMs ?? nowMs)) / 1000) * perSecond)
    lastMs = nowMs
  }
  const none = ratioSampler(0)
  const root: Sampler = {
    shouldSample(...args) {
      // Half of what can be saved up is left: all. A quarter: half, and so on.
      const halvings = Math.max(0, Math.ceil(Math.log2(most / (2 * Math.max(left, 0)))))
      return (left < 1 ? none : (shares[halvings] ?? none)).shouldSample(...args)
    },
    toString: () => 'BudgetSampler',
  }
  const based = parentBased(root)
  const isOwn = (context: Context, traceId: string): boolean => {
    if (!own.has(traceId) && !trace.getSpanContext(context)) {
      if (own.size >= MAX_OWN_TRACES) {
        own.delete(own.values().next().value as string)
      }
      own.add(traceId)
    }
    return own.has(traceId)
  }
  return {
    shouldSample(context, ...rest) {
      refill()
      const result = based.shouldSample(context, ...rest)
      if (result.decision === DECISION_RECORD_AND_SAMPLED) {
        // How many spans a trace has is known when it is over: what it took beyond what was left is owed.
        if (isOwn(context, rest[0]) || left > -most) {
          left--
        }
      }
      return result
    },
    toString: () => `BudgetSampler{${perSecond * MONTH_SECONDS}}`,
  }
}

const spansPerSecond = ({
  spansPerMonth,
  usdPerMonth,
  usdPerMillionSpans,
  instances = 1,
}: BudgetSamplerOptions): number => {
  const isInDollars = spansPerMonth === undefined
  if (isInDollars === (usdPerMonth === undefined)) {
    throw new TypeError(
      `Cannot sample by budget: ${mustBe('spansPerMonth', 'a number, unless `usdPerMonth` is one', isInDollars ? undefined : 'both')}`,
    )
  }
  const spans = isInDollars
    ? (positive('usdPerMonth', usdPerMonth) / positive('usdPerMillionSpans', usdPerMillionSpans)) *
      1_000_000
    : positive('spansPerMonth', spansPerMonth)
  if (!(Number.isFinite(instances) && instances >= 1)) {
    throw new TypeError(
      `Cannot sample by budget: ${mustBe('instances', 'a number from 1 on', instances)}`,
    )
  }
  return spans / MONTH_SECONDS / instances
}

const positive = (name: string, value: number | undefined): number => {
  if (!(typeof value === 'number' && Number.isFinite(value) && value > 0)) {
    throw new TypeError(`Cannot sample by budget: ${mustBe(name, 'a number above 0', value)}`)
  }
  return value
}
