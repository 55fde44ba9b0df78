import type { Product } from '../model.ts'
import type { SqlDatabase } from '../platform.ts'

const COLUMNS = 'id, name, price_cents AS priceCents'

export async function listProducts(db: SqlDatabase): Promise<Product[]> {
  const { results } = await db.prepare(`SELECT ${COLUMNS} FROM products ORDER BY id`).all<Product>()
  return results
}

export function findProduct(db: SqlDatabase, id: number): Promise<Product | null> {
  return db.prepare(`SELECT ${COLUMNS} FROM products WHERE id = ?`).bind(id).first<Product>()
}

export async function findProducts(db: SqlDatabase, ids: number[]): Promise<Product[]> {
  const marks = ids.map(() => '?').join(', ')
  const { results } = await db
    .prepare(`SELECT ${COLUMNS} FROM products WHERE id IN (${marks})`)
    .bind(...ids)
    .all<Product>()
  return results
}
