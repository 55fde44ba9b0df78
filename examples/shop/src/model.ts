/** What the shop deals in, whatever stores it. */
export interface Product {
  id: number
  name: string
  priceCents: number
}

export interface CartItem {
  productId: number
  quantity: number
}

export interface Cart {
  items: CartItem[]
}

export interface OrderLine {
  productId: number
  quantity: number
  /** Of one piece, after discounts. */
  priceCents: number
}

export interface OrderSummary {
  id: string
  cartId: string
  totalCents: number
  paymentId: string
  createdAt: string
}

export interface Order extends OrderSummary {
  lines: OrderLine[]
}
