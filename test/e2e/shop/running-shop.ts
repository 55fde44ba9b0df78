import { type ShopBindings, startShop } from './start-shop.ts'

export const ADMIN_TOKEN = 'let-me-in'

/** The shop, wherever it runs, with what cannot be had by HTTP. */
export interface RunningShop {
  /** Without a trailing slash. */
  readonly url: string
  /** Has its day closed, as its timetable would. */
  closeDay(time: Date): Promise<void>
  /** Has these delivered to the queue's consumer, as if they were of orders. */
  deliver(events: readonly { orderId: string }[]): Promise<void>
  /** Takes goods off the shelf for an order that comes to nothing. Returns what there is too little of. */
  hold(orderId: string, items: { productId: number; quantity: number }[]): Promise<number[]>
  /** Reads its database. */
  rows(query: string): Promise<unknown[]>
  stop(): Promise<void>
}

/** Starts the shop on workerd. */
export async function onWorkerd(
  vars: Record<string, string>,
  kind: 'instrumented' | 'plain' = 'instrumented',
): Promise<RunningShop> {
  const worker = await startShop(vars, kind)
  const { DB, ORDER_EVENTS, STOCK } = await worker.env<ShopBindings>()
  return {
    url: worker.url,
    async closeDay(scheduledTime) {
      const { outcome } = await worker.scheduled({ cron: '50 23 * * *', scheduledTime })
      if (outcome !== 'ok')
        throw new Error(`Cannot close the day: its trigger ended with ${outcome}`)
    },
    async deliver(events) {
      for (const event of events) await ORDER_EVENTS.send(event)
    },
    hold: (orderId, items) => STOCK.getByName('main').reserve(orderId, items),
    rows: async (query) => (await DB.prepare(query).all()).results,
    stop: () => worker.stop(),
  }
}
