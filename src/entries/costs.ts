export { type CostsOptions, costs, monthlyBill, priceOf } from '../usage/costs.ts'
export { LIST_PRICES, type Price, type PriceList } from '../usage/list-prices.ts'
export type { CostModel, PricedResource, PricedUsed } from '../usage/priced.ts'
export type { Resource } from '../usage/resources.ts'
