import type { Attributes } from '@opentelemetry/api'
import type { Resource } from './resources.ts'

/**
 * What has a price: what is counted, and of the Worker itself what it is asked (`workersRequests`), the milliseconds of
 * CPU it takes (`cpuMs`), and for how long Durable Objects are in memory (`durableObjectGbSeconds`).
 */
export type PricedResource = Resource | 'workersRequests' | 'cpuMs' | 'durableObjectGbSeconds'

/** How much of what was used; what is not there is 0. */
export type PricedUsed = Partial<Record<PricedResource, number>>

/** Puts prices on what is used: made by `costs()` of `hono-observability/costs`. */
export interface CostModel {
  /** Counts what it costs, by attributes that have few values each. Returns USD. */
  record(used: PricedUsed, by: Attributes): number
}
