import { readFile } from 'node:fs/promises'
import { applyMigrations } from '../../../support/d1-migrations.ts'
import { type RunningWorker, startWorker } from '../../../support/worker.ts'
import type { ShopBindings } from '../../shop/start-shop.ts'

const ROOT = `${import.meta.dirname}/../../../..`

/** Starts the example so that it sends all three signals to the viewer at once. */
export async function startSendingShop(viewerUrl: string, bankUrl: string): Promise<RunningWorker> {
  const worker = await startWorker({
    config: `${ROOT}/wrangler.toml`,
    main: `${ROOT}/test/workerd/shop-worker/all-signals.ts`,
    vars: {
      OTEL_EXPORTER_OTLP_ENDPOINT: viewerUrl,
      UPSTREAM_URL: bankUrl,
      ADMIN_TOKEN: 'let-me-in',
      HONO_OBSERVABILITY_SECRET: 'known to the shop only',
    },
  })
  const { DB } = await worker.env<ShopBindings>()
  await applyMigrations(DB, `${ROOT}/examples/shop/migrations`)
  await DB.prepare(await readFile(`${ROOT}/examples/shop/seed/products.sql`, 'utf8')).run()
  return worker
}

/** One request of the shop; the answer is read to its end. Returns the status. */
export async function call(
  shop: RunningWorker,
  method: string,
  path: string,
  json?: unknown,
): Promise<number> {
  const response = await fetch(shop.url + path, {
    method,
    headers: { 'content-type': 'application/json' },
    body: json === undefined ? null : JSON.stringify(json),
  })
  await response.text()
  return response.status
}

/** Someone who looks around and orders two cups. */
export async function visit(shop: RunningWorker, name: string): Promise<void> {
  await call(shop, 'GET', '/products')
  await call(shop, 'GET', '/api/v1/products/3')
  await call(shop, 'PUT', `/carts/${name}`, { items: [{ productId: 1, quantity: 2 }] })
  await call(shop, 'POST', '/orders', { cartId: name })
}

/** What goes wrong in a shop. */
export async function mishaps(shop: RunningWorker): Promise<void> {
  await call(shop, 'GET', '/products/99')
  await call(shop, 'POST', '/orders', { cart: 'none' })
  await call(shop, 'GET', '/admin/users/ada')
  await call(shop, 'GET', '/boom')
}
