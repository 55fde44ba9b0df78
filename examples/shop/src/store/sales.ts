import type { OrderPlaced, Sales } from '../model.ts'
import type { SqlDatabase } from '../platform.ts'

/** Adds orders to the sales. One that is there already is not counted again. */
export async function addSales(db: SqlDatabase, placed: readonly OrderPlaced[]): Promise<void> {
  const sale = db.prepare(
    'INSERT OR IGNORE INTO sales (order_id, day, pieces, total_cents) VALUES (?, ?, ?, ?)',
  )
  await db.batch(
    placed.map(({ orderId, day, pieces, totalCents }) =>
      sale.bind(orderId, day, pieces, totalCents),
    ),
  )
}

export async function readSales(db: SqlDatabase, day: string): Promise<Sales> {
  const sums = await db
    .prepare(
      'SELECT count(*) AS orders, coalesce(sum(pieces), 0) AS pieces, coalesce(sum(total_cents), 0) AS totalCents FROM sales WHERE day = ?',
    )
    .bind(day)
    .first<Omit<Sales, 'day'>>()
  return { day, orders: 0, pieces: 0, totalCents: 0, ...sums }
}
