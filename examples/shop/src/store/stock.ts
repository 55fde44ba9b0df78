import type { CartItem } from '../model.ts'
import type { Stock, StockRooms } from '../platform.ts'

// One for the whole shop; one a warehouse, if there were several.
const room = (stock: StockRooms): Stock => stock.getByName('main')

/** Holds the goods of an order, all or none. Returns the products there is too little of. */
export function reserveGoods(
  stock: StockRooms,
  orderId: string,
  items: CartItem[],
): Promise<number[]> {
  return room(stock).reserve(orderId, items)
}

/** Puts the goods of an order back on the shelf. */
export function releaseGoods(stock: StockRooms, orderId: string): Promise<void> {
  return room(stock).release(orderId)
}

/** Takes the goods of an order out of the stock room. */
export function pickGoods(stock: StockRooms, orderId: string): Promise<void> {
  return room(stock).pick(orderId)
}

/** Fills every shelf. Returns how many pieces that took. */
export function restock(stock: StockRooms): Promise<number> {
  return room(stock).restock()
}
