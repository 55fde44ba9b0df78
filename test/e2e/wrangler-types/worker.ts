import {
  DurableObject,
  WorkerEntrypoint,
  WorkflowEntrypoint,
  type WorkflowEvent,
} from 'cloudflare:workers'
import {
  instrument,
  instrumentDurableObject,
  instrumentEntrypoint,
  instrumentWorkflow,
} from 'hono-observability'

class RoomObject extends DurableObject {
  async enter(name: string): Promise<number> {
    return name.length
  }
}

class PricesEntrypoint extends WorkerEntrypoint {
  async total(quantity: number): Promise<number> {
    return quantity * 1490
  }
}

class ShippingWorkflow extends WorkflowEntrypoint<unknown, { orderId: string }> {
  override async run(event: WorkflowEvent<{ orderId: string }>): Promise<string> {
    return event.payload.orderId
  }
}

// Begin of what is exported.
export class Room extends instrumentDurableObject(RoomObject) {}
export class Prices extends instrumentEntrypoint(PricesEntrypoint) {}
export class Shipping extends instrumentWorkflow(ShippingWorkflow) {}
// End of what is exported.

export default instrument({ fetch: () => new Response('hello') })
