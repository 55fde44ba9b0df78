import { SCOPE_NAME } from '../base/version.ts'
import { warnOnce } from '../base/warn.ts'
import { lazyAdding } from '../metrics/lazy.ts'
import { Labels } from './labels.ts'
import { LIST_PRICES, type Price, type PriceList } from './list-prices.ts'
import type { CostModel, PricedResource, PricedUsed } from './priced.ts'
import { RESOURCES } from './resources.ts'

/** Settings of {@link costs} and of the functions beside it. */
export interface CostsOptions {
  /**
   * USD for a million, where it is not Cloudflare's list price: of a contract, or of the tokens of the AI model that is
   * used. 0 for what costs nothing.
   */
  prices?: Partial<Record<PricedResource, number>>
  /** The day of these prices, as `2026-11-30`. Default: that of the list. */
  asOf?: string
}

/** After so many days, a note says that prices may be others by now. */
const STALE_DAYS = 180

const DAY_MS = 86_400_000

/**
 * Puts Cloudflare's list prices on what `usage` counts: as the metric `hono.cost` (USD) by route and resource, on the
 * server span and on the access line. What a plan includes is not taken off: it is the price of one more.
 *
 * @param options - Other prices. Default: those of {@link LIST_PRICES}.
 * @returns What `usage` takes as `costs`.
 * @throws {TypeError} when an option is not what it should be.
 *
 * @example
 * ```ts
 * import { observability } from 'hono-observability'
 * import { bindings } from 'hono-observability/bindings'
 * import { costs } from 'hono-observability/costs'
 * import { usage } from 'hono-observability/usage'
 *
 * export const middleware = observability({
 *   bindings: bindings({ usage: usage({ costs: costs({ prices: { aiOutputTokens: 2.253 } }) }) }),
 * })
 * ```
 */
export const costs = (options: CostsOptions = {}): CostModel => {
  const list = priceList(options)
  const counter = lazyAdding(
    {
      unit: '{USD}',
      description: 'What resources cost that were used, at list prices.',
      meter: SCOPE_NAME,
    },
    (meter, given) => meter.createCounter('hono.cost', given),
  )
  const labels = new Labels('hono.usage.resource')
  let isChecked = false
  return {
    record(used, by) {
      if (!isChecked) {
        isChecked = true
        noteAge(list)
      }
      let totalUsd = 0
      for (const key in used) {
        const usd = priceIn(list, key as PricedResource, used)
        if (usd > 0) {
          counter.add(usd, labels.with(by, key))
          totalUsd += usd
        }
      }
      return totalUsd
    },
  }
}

/**
 * What something costs beyond what a plan includes, in USD.
 *
 * @throws {TypeError} when an option is not what it should be.
 *
 * @example
 * ```ts
 * import { priceOf } from 'hono-observability/costs'
 *
 * // A scan of a million rows, a thousand times a day.
 * console.assert(priceOf({ d1RowsRead: 1_000_000_000 }) === 1)
 * ```
 */
export const priceOf = (used: PricedUsed, options: CostsOptions = {}): number =>
  sumIn(priceList(options), used)

/**
 * What a month costs in which so much was used, in USD: the plan, and what goes beyond what it includes. Without what
 * is stored.
 *
 * @throws {TypeError} when an option is not what it should be.
 *
 * @example
 * ```ts
 * import { monthlyBill } from 'hono-observability/costs'
 *
 * // 5 $ for the plan, and 5 million requests beyond its 10 at 0.30 $.
 * console.assert(monthlyBill({ workersRequests: 15_000_000 }) === 6.5)
 * ```
 */
export const monthlyBill = (used: PricedUsed, options: CostsOptions = {}): number => {
  const list = priceList(options)
  const beyond: PricedUsed = {}
  for (const [resource, count] of Object.entries(used)) {
    const { included } = list.prices[resource as PricedResource] ?? { included: 0 }
    beyond[resource as PricedResource] = Math.max(0, count - included)
  }
  return list.usdPerMonth + sumIn(list, beyond)
}

const priceIn = ({ prices }: PriceList, resource: PricedResource, used: PricedUsed): number =>
  ((used[resource] ?? 0) * (prices[resource]?.usdPerMillion ?? 0)) / 1_000_000

const sumIn = (list: PriceList, used: PricedUsed): number =>
  Object.keys(used).reduce((sum, key) => sum + priceIn(list, key as PricedResource, used), 0)

const priceList = ({ prices = {}, asOf = LIST_PRICES.asOf }: CostsOptions): PriceList => {
  const merged: Partial<Record<PricedResource, Price>> = { ...LIST_PRICES.prices }
  for (const [resource, usdPerMillion] of Object.entries(prices)) {
    const known = merged[resource as PricedResource]
    if (!known && !Object.hasOwn(RESOURCES, resource)) {
      refuse(
        `prices.${resource}`,
        `one of workersRequests, cpuMs, durableObjectGbSeconds, ${Object.keys(RESOURCES).join(', ')}`,
        'another name',
      )
    }
    if (!(Number.isFinite(usdPerMillion) && usdPerMillion >= 0)) {
      refuse(`prices.${resource}`, 'a number of USD from 0 on', usdPerMillion)
    }
    merged[resource as PricedResource] = { usdPerMillion, included: known?.included ?? 0 }
  }
  if (!/^\d{4}-\d{2}-\d{2}$/.test(asOf) || Number.isNaN(Date.parse(asOf))) {
    refuse('asOf', 'a day like `2026-08-03`', asOf)
  }
  return { ...LIST_PRICES, asOf, prices: merged }
}

/** Once in an isolate, in the log. */
const noteAge = ({ asOf, source }: PriceList): void => {
  const days = Math.floor((Date.now() - Date.parse(asOf)) / DAY_MS)
  if (days > STALE_DAYS) {
    warnOnce(
      `prices are of ${asOf}, ${days} days ago, and may be others by now: see ${source}. Update this package, or set \`prices\` and \`asOf\` of \`costs()\`.`,
      'old prices',
    )
  }
}

const refuse = (option: string, expected: string, received: unknown): never => {
  throw new TypeError(
    `Cannot put prices on usage: \`${option}\` must be ${expected}, received ${String(received).slice(0, 60)}`,
  )
}
