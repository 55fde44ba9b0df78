import type { CartItem } from '../model.ts'
import type { StockRooms } from '../platform.ts'
import { holdUntilMs, Shelves } from '../shelves.ts'
import { type Sqlite, transaction } from './sqlite.ts'

/** One stock room, whatever its name, in SQLite. A transaction keeps its methods from running at once. */
export function stockRooms(db: Sqlite, holdSeconds: string | undefined): StockRooms {
  const shelves = new Shelves({
    sql: {
      exec: <T>(query: string, ...values: (string | number | null)[]) => {
        const rows = db.all<T>(query, ...values)
        return { toArray: () => rows, one: () => rows[0] as T }
      },
    },
    // They are in one already.
    transactionSync: (work) => work(),
  })
  const room = {
    reserve: async (orderId: string, items: CartItem[]) =>
      transaction(db, () => {
        // Nobody but who wants goods can tell when others were put back.
        shelves.releaseExpired(Date.now())
        return shelves.reserve(orderId, items, holdUntilMs(holdSeconds))
      }),
    pick: async (orderId: string) => transaction(db, () => shelves.pick(orderId)),
    release: async (orderId: string) => transaction(db, () => shelves.release(orderId)),
    restock: async () => transaction(db, () => shelves.restock()),
  }
  return { getByName: () => room }
}
