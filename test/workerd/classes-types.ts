import { DurableObject, RpcTarget, WorkerEntrypoint, WorkflowEntrypoint } from 'cloudflare:workers'
import {
  instrumentDurableObject,
  instrumentEntrypoint,
  instrumentWorkflow,
} from 'hono-observability'

/** Compiled, not run: what `tsc -p test/workerd` accepts of instrumented classes, and what not. */

interface Env {
  ROOM: DurableObjectNamespace<InstanceType<typeof Room>>
  PRICES: Service<typeof Prices>
  SHIPPING: Workflow<Parameters<InstanceType<typeof Shipping>['run']>[0]['payload']>
}

class RoomObject extends DurableObject<Env> {
  static readonly kind = 'room'

  async hello(name: string, times = 1): Promise<string> {
    return name.repeat(times)
  }

  get size(): number {
    return 1
  }

  async counter(): Promise<Counter> {
    return new Counter()
  }
}

class Counter extends RpcTarget {
  add(amount: number): number {
    return amount
  }
}

class PricesEntrypoint extends WorkerEntrypoint<Env> {
  async total(quantity: number): Promise<number> {
    return quantity
  }
}

class ShippingWorkflow extends WorkflowEntrypoint<Env, { orderId: string }> {
  override async run(event: Readonly<CloudflareWorkersModule.WorkflowEvent<{ orderId: string }>>) {
    return event.payload.orderId
  }
}

abstract class Unfinished extends DurableObject<Env> {
  abstract hello(): Promise<string>
}

export const Room = instrumentDurableObject(RoomObject)
export const Prices = instrumentEntrypoint(PricesEntrypoint, { service: { name: 'prices' } })
export const Shipping = instrumentWorkflow(ShippingWorkflow, undefined, { instanceId: true })
export const Quiet = instrumentDurableObject(RoomObject, undefined, { storage: false })

/** The types are those of the classes, and may be extended. */
export const SameRoom: typeof RoomObject = Room
export const kind: 'room' = Room.kind
export class Library extends instrumentDurableObject(RoomObject) {
  override async hello(name: string): Promise<string> {
    return `${this.ctx.id} ${await super.hello(name)}`
  }
}

export const stubs = async ({ ROOM, PRICES, SHIPPING }: Env): Promise<void> => {
  const room = ROOM.getByName('a')
  const greeting: string = await room.hello('Ada')
  const size: number = await room.size
  using counter = await room.counter()
  const sum: number = await counter.add(1)
  const total: number = await PRICES.total(2)
  await SHIPPING.create({ params: { orderId: greeting } })
  console.log(size, sum, total)
  // @ts-expect-error -- a number is not a name
  await room.hello(7)
  // @ts-expect-error -- there is no such method
  await room.goodbye()
  // @ts-expect-error -- a text is not a quantity
  await PRICES.total('2')
  // @ts-expect-error -- the order is missing
  await SHIPPING.create({ params: {} })
}

// @ts-expect-error -- an object is not a class
instrumentDurableObject({ fetch: () => new Response() })
// @ts-expect-error -- a function is not a class
instrumentEntrypoint(() => new Response())
// @ts-expect-error -- an abstract class has no instances
instrumentDurableObject(Unfinished)
// @ts-expect-error -- a Workflow has a `run`
instrumentWorkflow(RoomObject)
// @ts-expect-error -- there is no such option
instrumentDurableObject(RoomObject, { servce: { name: 'shop' } })
// @ts-expect-error -- there is no such setting
instrumentDurableObject(RoomObject, undefined, { store: false })
