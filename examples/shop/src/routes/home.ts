import { Hono } from 'hono'
import type { AppEnv } from '../env.ts'

/** `GET /` lists what there is to call; `/ping` answers every method. */
export const home = new Hono<AppEnv>()

home.get('/', (c) =>
  c.json({
    name: 'shop',
    routes: [
      'GET /products',
      'GET /products/:id',
      'GET|PUT|DELETE /carts/:id',
      'POST /orders',
      'GET /orders/:id',
      'GET /orders/:id/receipt',
      'POST /receipts/:id/link',
      'GET /receipts/:id',
      'POST /account/sign-up',
      'POST /account/login',
      'GET /account',
      'GET /events',
      'GET /admin/users/:id',
      'GET /admin/reports/:day',
      'GET /api/v1/products',
      'GET /boom',
      'GET /boom/string',
      'ANY /ping',
    ],
  }),
)

home.all('/ping', (c) => c.json({ method: c.req.method }))
