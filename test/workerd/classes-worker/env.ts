import type { Other } from './other.ts'
import type { RoomObject } from './room.ts'
import type { ServiceEntrypoint } from './service.ts'
import type { ShippingParams } from './shipping.ts'

export interface Env {
  ROOM: DurableObjectNamespace<RoomObject>
  QUIET: DurableObjectNamespace<RoomObject>
  SERVICE: Service<ServiceEntrypoint>
  OTHER: Service<Other>
  ORDERS: Queue<unknown>
  SHIPPING: Workflow<ShippingParams>
  /** The same Worker as `OTHER`. */
  CRON: { scheduled(options: { cron: string; scheduledTime: Date }): Promise<object> }
  /** As Miniflare hands mail over. */
  SELF: { email(message: object): Promise<void> }
}
