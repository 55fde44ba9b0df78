import { readFile } from 'node:fs/promises'
import { applyMigrations, type D1Like } from '../../support/d1-migrations.ts'
import { type RunningWorker, startWorker } from '../../support/worker.ts'

const ROOT = `${import.meta.dirname}/../../..`
const SHOP = `${ROOT}/examples/shop`

/** The shop without telemetry, and the shop with faults to turn on. */
const OTHERS = {
  plain: `${ROOT}/test/workerd/shop-worker/plain.ts`,
  faulty: `${ROOT}/test/workerd/shop-worker/faulty.ts`,
}

/** The part of the shop's bindings that tests use from outside. */
export interface ShopBindings {
  DB: Database
  ORDER_EVENTS: { send(message: unknown): Promise<unknown> }
  STOCK: { getByName(name: string): StockRoom }
}

interface Database extends D1Like {
  prepare(query: string): {
    run(): Promise<unknown>
    all(): Promise<{ results: unknown[] }>
  }
}

interface StockRoom {
  reserve(orderId: string, items: { productId: number; quantity: number }[]): Promise<number[]>
}

/** Starts the example with products in it, as its configuration says, with or without telemetry. */
export async function startShop(
  vars: Record<string, string>,
  kind: 'instrumented' | 'plain' | 'faulty' = 'instrumented',
): Promise<RunningWorker> {
  const worker = await startWorker({
    config: `${ROOT}/wrangler.toml`,
    ...(kind !== 'instrumented' && { main: OTHERS[kind] }),
    vars: {
      HONO_OBSERVABILITY_SECRET: 'known to the shop only',
      SESSION_SECRET: 'also known to the shop only',
      ...vars,
    },
  })
  const { DB } = await worker.env<ShopBindings>()
  await applyMigrations(DB, `${SHOP}/migrations`)
  await DB.prepare(await readFile(`${SHOP}/seed/products.sql`, 'utf8')).run()
  return worker
}
