import type { Cart } from '../model.ts'
import type { KeyValueStore } from '../platform.ts'

const WEEK_SECONDS = 7 * 24 * 60 * 60

const key = (id: string): string => `cart:${id}`

export function readCart(carts: KeyValueStore, id: string): Promise<Cart | null> {
  return carts.get<Cart>(key(id), 'json')
}

/** Abandoned carts disappear after a week. */
export function writeCart(carts: KeyValueStore, id: string, cart: Cart): Promise<void> {
  return carts.put(key(id), JSON.stringify(cart), { expirationTtl: WEEK_SECONDS })
}

export function deleteCart(carts: KeyValueStore, id: string): Promise<void> {
  return carts.delete(key(id))
}
