import { Hono } from 'hono'
import { bearerAuth } from 'hono/bearer-auth'
import { timingSafeEqual } from 'hono/utils/buffer'
import type { AppEnv } from '../env.ts'
import { listOrders } from '../store/orders.ts'

/** For staff: every request without the right bearer token is answered 401. */
export const admin = new Hono<AppEnv>()

admin.use(
  '*',
  bearerAuth<AppEnv>({
    verifyToken: async (token, c) => {
      const expected = c.env.ADMIN_TOKEN
      return !!expected && timingSafeEqual(token, expected)
    },
  }),
)

admin.get('/users/:id', async (c) => {
  const id = c.req.param('id')
  return c.json({ id, orders: await listOrders(c.env.DB, id) })
})
