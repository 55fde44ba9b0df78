import type { Bindings } from './env.ts'
import type { OrderEventBatch } from './platform.ts'
import { addSales } from './store/sales.ts'

/** Adds the orders of a batch to the sales. A batch that fails is delivered again, as a whole. */
export async function consume(batch: OrderEventBatch, env: Bindings): Promise<void> {
  await addSales(
    env.DB,
    batch.messages.map(({ body }) => body),
  )
}
