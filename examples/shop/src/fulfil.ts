import type { Bindings } from './env.ts'
import type { FulfilmentParams, Steps } from './platform.ts'
import { setOrderStatus } from './store/orders.ts'
import { pickGoods } from './store/stock.ts'

/** A fast one, for those who watch. */
const COURIER_MS = 100

/** Brings an order from the shelf to the customer. */
export async function fulfil(
  { DB, STOCK }: Bindings,
  { orderId }: FulfilmentParams,
  steps: Steps,
): Promise<void> {
  await steps.do('pick', async () => {
    await pickGoods(STOCK, orderId)
    await setOrderStatus(DB, orderId, 'picked')
  })
  await steps.do('pack', () => setOrderStatus(DB, orderId, 'packed'))
  await steps.sleep('wait for the courier', COURIER_MS)
  await steps.do('ship', () => setOrderStatus(DB, orderId, 'shipped'))
}
