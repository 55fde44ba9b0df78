import { Hono } from 'hono'
import { bearerAuth } from 'hono/bearer-auth'
import { HTTPException } from 'hono/http-exception'
import { timingSafeEqual } from 'hono/utils/buffer'
import { reportName } from '../close-day.ts'
import type { AppEnv } from '../env.ts'
import { headersOf, readDocument } from '../store/documents.ts'
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

/** The sales of a day, once it is closed. */
admin.get('/reports/:day', async (c) => {
  const day = c.req.param('day')
  const report = await readDocument(c.env.DOCUMENTS, reportName(day))
  if (!report) throw new HTTPException(404, { message: `no report of ${day}` })
  return c.body(report.body, 200, headersOf(report))
})
