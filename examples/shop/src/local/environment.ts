import { consume } from '../consume.ts'
import type { Bindings } from '../env.ts'
import { fulfil } from '../fulfil.ts'
import type { OrderPlaced } from '../model.ts'
import type { FulfilmentParams, Steps } from '../platform.ts'
import { cartStore } from './carts.ts'
import { documentStore } from './documents.ts'
import { sqlDatabase } from './sql-database.ts'
import type { Sqlite } from './sqlite.ts'
import { stockRooms } from './stock-rooms.ts'
import { keepTasks, type Tasks } from './tasks.ts'

/** The settings, as environment variables. */
export type Settings = Pick<
  Bindings,
  'UPSTREAM_URL' | 'ADMIN_TOKEN' | 'METRICS_TOKEN' | 'SESSION_SECRET' | 'HOLD_SECONDS'
>

/** All that the shop asks for, from one SQLite database. What a queue and a Workflow do, this process does. */
export function environment(db: Sqlite, settings: Settings): { env: Bindings; tasks: Tasks } {
  const tasks = keepTasks(db, {
    'order.placed': (body: OrderPlaced) => consume({ messages: [{ body }] }, env),
    fulfilment: (params: FulfilmentParams, steps: Steps) => fulfil(env, params, steps),
  })
  const env: Bindings = {
    ...settings,
    DB: sqlDatabase(db),
    CARTS: cartStore(db),
    DOCUMENTS: documentStore(db),
    STOCK: stockRooms(db, settings.HOLD_SECONDS),
    ORDER_EVENTS: { send: async (event) => tasks.add(event.type, event.orderId, event) },
    FULFILMENT: { create: async ({ id, params }) => tasks.add('fulfilment', id, params) },
  }
  return { env, tasks }
}
