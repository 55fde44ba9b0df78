import { Hono } from 'hono'
import { HTTPException } from 'hono/http-exception'
import * as z from 'zod/mini'
import { readBody } from '../body.ts'
import type { AppEnv } from '../env.ts'
import { ordersPlaced, orderValue } from '../metrics.ts'
import { placeOrder } from '../place-order.ts'
import { receiptName } from '../receipt.ts'
import { headersOf, readDocument } from '../store/documents.ts'
import { findOrder } from '../store/orders.ts'

export const orders = new Hono<AppEnv>()

const orderSchema = () => z.object({ cartId: z.string().check(z.minLength(1), z.maxLength(100)) })

orders.post('/', async (c) => {
  const { cartId } = await readBody(c, orderSchema())
  const order = await placeOrder(c.env, cartId)
  ordersPlaced.add(1)
  orderValue.record(order.totalCents / 100)
  c.var.log.set({ 'order.id': order.id, 'order.total_cents': order.totalCents })
  return c.json(order, 201, { location: `/orders/${order.id}` })
})

orders.get('/:id', async (c) => {
  const id = c.req.param('id')
  const order = await findOrder(c.env.DB, id)
  if (!order) throw new HTTPException(404, { message: `no order ${id}` })
  return c.json(order)
})

orders.get('/:id/receipt', async (c) => {
  const id = c.req.param('id')
  const document = await readDocument(c.env.DOCUMENTS, receiptName(id))
  if (!document) throw new HTTPException(404, { message: `no receipt for order ${id}` })
  return c.body(document.body, 200, headersOf(document))
})
