import type { CartItem } from './model.ts'
import type { SqlValue } from './platform.ts'

const FULL_SHELF = 200

const SCHEMA = [
  'CREATE TABLE IF NOT EXISTS shelf (product_id INTEGER PRIMARY KEY, pieces INTEGER NOT NULL)',
  `CREATE TABLE IF NOT EXISTS holds (
    order_id TEXT, product_id INTEGER, pieces INTEGER NOT NULL, until_ms INTEGER NOT NULL,
    PRIMARY KEY (order_id, product_id)
  )`,
]

// Lists go in as JSON: a statement takes no more than 100 values.
const PUT_SHELF =
  "INSERT OR REPLACE INTO shelf SELECT value ->> '$[0]', value ->> '$[1]' FROM json_each(?)"
const HOLD =
  "INSERT INTO holds SELECT ?1, value ->> 'productId', value ->> 'quantity', ?2 FROM json_each(?3)"

/** The part of a Durable Object's storage that the shelves are kept in. */
export interface ShelfStorage {
  readonly sql: {
    exec<T extends Record<string, SqlValue>>(
      query: string,
      ...values: SqlValue[]
    ): { toArray(): T[]; one(): T }
  }
  /** Keeps all that `work` changes, or nothing if it throws. */
  transactionSync<T>(work: () => T): T
}

/** The shelves of a stock room. Whoever calls has no other call begin before one has returned. */
export class Shelves {
  readonly #storage: ShelfStorage

  constructor(storage: ShelfStorage) {
    this.#storage = storage
    for (const table of SCHEMA) storage.sql.exec(table)
  }

  /** Takes goods off the shelf for an order, all or none. Returns the products there is too little of. */
  reserve(orderId: string, items: CartItem[], untilMs: number): number[] {
    const { sql } = this.#storage
    const shelf = this.#shelf(items.map(({ productId }) => productId))
    const short: number[] = []
    for (const { productId, quantity } of items) {
      const left = (shelf.get(productId) ?? FULL_SHELF) - quantity
      if (left < 0) short.push(productId)
      shelf.set(productId, left)
    }
    if (short.length > 0) return short

    this.#storage.transactionSync(() => {
      sql.exec(PUT_SHELF, JSON.stringify([...shelf]))
      sql.exec(HOLD, orderId, untilMs, JSON.stringify(items))
    })
    return []
  }

  /** Hands the goods of an order over: they are not held any longer. Does nothing the second time. */
  pick(orderId: string): void {
    this.#storage.sql.exec('DELETE FROM holds WHERE order_id = ?', orderId)
  }

  /** Puts the goods of an order back. */
  release(orderId: string): void {
    this.#putBack('order_id = ?', orderId)
  }

  /** Fills every shelf. Returns how many pieces that took. */
  restock(): number {
    const { sql } = this.#storage
    const { missing } = sql
      .exec<{ missing: number }>(
        'SELECT total(?1 - pieces) AS missing FROM shelf WHERE pieces < ?1',
        FULL_SHELF,
      )
      .one()
    sql.exec('UPDATE shelf SET pieces = ?1 WHERE pieces < ?1', FULL_SHELF)
    return missing
  }

  /**
   * Puts back what was held for too long: an order that was neither paid for nor refused.
   * Returns when to do so again, if anything is still held.
   */
  releaseExpired(nowMs: number): number | null {
    this.#putBack('until_ms <= ?', nowMs)
    const { next } = this.#storage.sql
      .exec<{ next: number | null }>('SELECT min(until_ms) AS next FROM holds')
      .one()
    return next
  }

  /** The pieces of each product. One that nobody has asked for yet is missing: its shelf is full. */
  #shelf(productIds: number[]): Map<number, number> {
    const rows = this.#storage.sql.exec<{ product_id: number; pieces: number }>(
      'SELECT product_id, pieces FROM shelf WHERE product_id IN (SELECT value FROM json_each(?))',
      JSON.stringify(productIds),
    )
    return new Map(rows.toArray().map(({ product_id, pieces }) => [product_id, pieces]))
  }

  #putBack(condition: string, value: string | number): void {
    const { sql } = this.#storage
    this.#storage.transactionSync(() => {
      sql.exec(
        `UPDATE shelf SET pieces = shelf.pieces + held.pieces
         FROM (SELECT product_id, sum(pieces) AS pieces FROM holds WHERE ${condition} GROUP BY product_id) AS held
         WHERE held.product_id = shelf.product_id`,
        value,
      )
      sql.exec(`DELETE FROM holds WHERE ${condition}`, value)
    })
  }
}

const DEFAULT_HOLD_SECONDS = 600

/** When goods that are held from now on are put back if nobody has paid for them. */
export const holdUntilMs = (holdSeconds: string | undefined): number =>
  Date.now() + Number(holdSeconds ?? DEFAULT_HOLD_SECONDS) * 1000
