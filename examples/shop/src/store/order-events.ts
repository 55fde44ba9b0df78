import type { OrderPlaced } from '../model.ts'
import type { OrderEvents } from '../platform.ts'

/** Tells that an order was placed, to whoever listens, when they get to it. */
export async function tellOrderPlaced(queue: OrderEvents, event: OrderPlaced): Promise<void> {
  await queue.send(event)
}
