import type { PricedResource } from './priced.ts'

/** What something costs beyond what a month includes. */
export interface Price {
  /** USD for a million. */
  readonly usdPerMillion: number
  /** How much of it a month of the Workers Paid plan includes. */
  readonly included: number
}

/** Prices of one day. */
export interface PriceList {
  /** The day, as `2026-08-03`. */
  readonly asOf: string
  /** Where they were read. */
  readonly source: string
  /** USD of a month of the plan, whatever is used. */
  readonly usdPerMonth: number
  /** What is not in it has no price of its own. */
  readonly prices: Readonly<Partial<Record<PricedResource, Price>>>
}

const MILLION = 1_000_000
const price = (usdPerMillion: number, included: number): Price => ({ usdPerMillion, included })

/** Rows cost the same in D1 and in Durable Objects. */
const rowsRead = /* @__PURE__ */ price(0.001, 25_000 * MILLION)
const rowsWritten = /* @__PURE__ */ price(1, 50 * MILLION)

/** Cloudflare's list prices on the Workers Paid plan. Subrequests cost nothing; tokens of AI cost by their model. */
export const LIST_PRICES: PriceList = /* @__PURE__ */ Object.freeze({
  asOf: '2026-08-03',
  source: 'https://developers.cloudflare.com/workers/platform/pricing/',
  usdPerMonth: 5,
  prices: /* @__PURE__ */ Object.freeze({
    workersRequests: /* @__PURE__ */ price(0.3, 10 * MILLION),
    cpuMs: /* @__PURE__ */ price(0.02, 30 * MILLION),
    kvReads: /* @__PURE__ */ price(0.5, 10 * MILLION),
    kvWrites: /* @__PURE__ */ price(5, MILLION),
    kvDeletes: /* @__PURE__ */ price(5, MILLION),
    kvLists: /* @__PURE__ */ price(5, MILLION),
    d1RowsRead: rowsRead,
    d1RowsWritten: rowsWritten,
    r2ClassA: /* @__PURE__ */ price(4.5, MILLION),
    r2ClassB: /* @__PURE__ */ price(0.36, 10 * MILLION),
    durableObjectRequests: /* @__PURE__ */ price(0.15, MILLION),
    durableObjectGbSeconds: /* @__PURE__ */ price(12.5, 400_000),
    durableObjectRowsRead: rowsRead,
    durableObjectRowsWritten: rowsWritten,
    queueOperations: /* @__PURE__ */ price(0.4, MILLION),
    vectorizeDimensions: /* @__PURE__ */ price(0.01, 50 * MILLION),
    analyticsEnginePoints: /* @__PURE__ */ price(0.25, 10 * MILLION),
  }),
})
