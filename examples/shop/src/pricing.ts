import type { CartItem, OrderLine, Product } from './model.ts'

export interface PricedOrder {
  lines: OrderLine[]
  totalCents: number
}

const BULK_QUANTITY = 10
const BULK_DISCOUNT = 0.1

/** Prices a cart; ten or more of one product cost 10 % less. Returns undefined if a product is gone. */
export function price(items: CartItem[], products: Product[]): PricedOrder | undefined {
  const priceById = new Map(products.map((product) => [product.id, product.priceCents]))
  const lines: OrderLine[] = []
  let totalCents = 0
  for (const { productId, quantity } of items) {
    const listCents = priceById.get(productId)
    if (listCents === undefined) return undefined
    const discount = quantity >= BULK_QUANTITY ? BULK_DISCOUNT : 0
    const priceCents = Math.round(listCents * (1 - discount))
    lines.push({ productId, quantity, priceCents })
    totalCents += priceCents * quantity
  }
  return { lines, totalCents }
}
