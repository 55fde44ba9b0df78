import { Hono, type MiddlewareHandler } from 'hono'
import type { AppEnv } from './env.ts'
import { notFound, onError } from './errors.ts'
import { account } from './routes/account.ts'
import { admin } from './routes/admin.ts'
import { api } from './routes/api.ts'
import { boom } from './routes/boom.ts'
import { carts } from './routes/carts.ts'
import { events } from './routes/events.ts'
import { home } from './routes/home.ts'
import { orders } from './routes/orders.ts'
import { products } from './routes/products.ts'
import { receipts } from './routes/receipts.ts'

/** The shop as it is on every runtime: its routes behind middleware that sees each request. */
export function createApp(...first: MiddlewareHandler<AppEnv>[]): Hono<AppEnv> {
  const app = new Hono<AppEnv>()
  app.use(...first)
  app.onError(onError)
  app.notFound(notFound)

  app.route('/', home)
  app.route('/products', products)
  app.route('/carts', carts)
  app.route('/orders', orders)
  app.route('/receipts', receipts)
  app.route('/account', account)
  app.route('/events', events)
  app.route('/admin', admin)
  app.route('/boom', boom)
  app.route('/', api)
  return app
}
