import { readFile } from 'node:fs/promises'
import { applyMigrations, type D1Like } from '../../support/d1-migrations.ts'
import { type RunningWorker, startWorker } from '../../support/worker.ts'

const ROOT = `${import.meta.dirname}/../../..`
const SHOP = `${ROOT}/examples/shop`

/** The shop without telemetry. */
const PLAIN = `${ROOT}/test/workerd/shop-worker/plain.ts`

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
  kind: 'instrumented' | 'plain' = 'instrumented',
): Promise<RunningWorker> {
  const worker = await startWorker({
    config: `${ROOT}/wrangler.toml`,
    ...(kind === 'plain' && { main: PLAIN }),
    vars: { HONO_OBSERVABILITY_SECRET: 'known to the shop only', ...vars },
  })
  const { DB } = await worker.env<ShopBindings>()
  await applyMigrations(DB, `${SHOP}/migrations`)
  await DB.prepare(await readFile(`${SHOP}/seed/products.sql`, 'utf8')).run()
  return worker
}
