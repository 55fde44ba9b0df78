import type { NewOrder, Order, OrderLine, OrderStatus, OrderSummary } from '../model.ts'
import type { SqlDatabase } from '../platform.ts'

const COLUMNS =
  'id, cart_id AS cartId, total_cents AS totalCents, payment_id AS paymentId, status, created_at AS createdAt'

/** Writes an order and its lines in one transaction. */
export async function insertOrder(db: SqlDatabase, order: NewOrder): Promise<void> {
  const line = db.prepare(
    'INSERT INTO order_lines (order_id, product_id, quantity, price_cents) VALUES (?, ?, ?, ?)',
  )
  await db.batch([
    db
      .prepare('INSERT INTO orders (id, cart_id, total_cents, payment_id) VALUES (?, ?, ?, ?)')
      .bind(order.id, order.cartId, order.totalCents, order.paymentId),
    ...order.lines.map(({ productId, quantity, priceCents }) =>
      line.bind(order.id, productId, quantity, priceCents),
    ),
  ])
}

export async function findOrder(db: SqlDatabase, id: string): Promise<Order | undefined> {
  const summary = await db
    .prepare(`SELECT ${COLUMNS} FROM orders WHERE id = ?`)
    .bind(id)
    .first<OrderSummary>()
  if (!summary) return undefined
  const { results: lines } = await db
    .prepare(
      'SELECT product_id AS productId, quantity, price_cents AS priceCents FROM order_lines WHERE order_id = ? ORDER BY product_id',
    )
    .bind(id)
    .all<OrderLine>()
  return { ...summary, lines }
}

/** The latest 50 orders placed from one cart. */
export async function listOrders(db: SqlDatabase, cartId: string): Promise<OrderSummary[]> {
  const { results } = await db
    .prepare(`SELECT ${COLUMNS} FROM orders WHERE cart_id = ? ORDER BY created_at DESC LIMIT 50`)
    .bind(cartId)
    .all<OrderSummary>()
  return results
}

export async function setOrderStatus(
  db: SqlDatabase,
  id: string,
  status: OrderStatus,
): Promise<void> {
  await db.prepare('UPDATE orders SET status = ? WHERE id = ?').bind(status, id).run()
}
