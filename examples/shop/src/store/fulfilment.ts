import type { FulfilmentRuns } from '../platform.ts'

/** Starts to bring an order to the customer. The order's id is that of its run. */
export async function startFulfilment(runs: FulfilmentRuns, orderId: string): Promise<void> {
  await runs.create({ id: orderId, params: { orderId } })
}
