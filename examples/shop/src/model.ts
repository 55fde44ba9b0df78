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

/** How far an order has come. */
export type OrderStatus = 'paid' | 'picked' | 'packed' | 'shipped'

export interface OrderSummary {
  id: string
  cartId: string
  totalCents: number
  paymentId: string
  status: OrderStatus
  createdAt: string
}

export interface Order extends OrderSummary {
  lines: OrderLine[]
}

/** An order that was just paid for. */
export type NewOrder = Omit<Order, 'status' | 'createdAt'>

/** What is told to those who need not be waited for. */
export interface OrderPlaced {
  type: 'order.placed'
  orderId: string
  /** Of the order, in UTC: `2026-11-21`. */
  day: string
  pieces: number
  totalCents: number
}

/** The sales of one day. */
export interface Sales {
  day: string
  orders: number
  pieces: number
  totalCents: number
}
