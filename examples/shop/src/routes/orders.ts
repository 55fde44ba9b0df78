import { Hono } from 'hono'
import { HTTPException } from 'hono/http-exception'
import { withSpan } from 'hono-observability'
import * as z from 'zod/mini'
import { readBody } from '../body.ts'
import type { AppEnv } from '../env.ts'
import { ordersPlaced, orderValue } from '../metrics.ts'
import { pay } from '../payment.ts'
import { price } from '../pricing.ts'
import { deleteCart, readCart } from '../store/carts.ts'
import { findOrder, insertOrder } from '../store/orders.ts'
import { findProducts } from '../store/products.ts'

export const orders = new Hono<AppEnv>()

const orderSchema = () => z.object({ cartId: z.string().check(z.minLength(1), z.maxLength(100)) })

orders.post('/', async (c) => {
  const { DB, CARTS, UPSTREAM_URL } = c.env
  const { cartId } = await readBody(c, orderSchema())
  const cart = await readCart(CARTS, cartId)
  if (!cart) throw new HTTPException(404, { message: `cart ${cartId} is empty` })

  const priced = await withSpan('price', async (span) => {
    const ids = cart.items.map((item) => item.productId)
    const result = price(cart.items, await findProducts(DB, ids))
    span.setAttributes({
      'order.lines': cart.items.length,
      'order.total_cents': result?.totalCents,
    })
    return result
  })
  if (!priced) throw new HTTPException(409, { message: 'a product in the cart no longer exists' })

  const id = crypto.randomUUID()
  const paymentId = await pay(UPSTREAM_URL, id, priced.totalCents)
  await insertOrder(DB, { id, cartId, paymentId, ...priced })
  await deleteCart(CARTS, cartId)
  ordersPlaced.add(1)
  orderValue.record(priced.totalCents / 100)
  c.var.log.set({ 'order.id': id, 'order.total_cents': priced.totalCents })
  return c.json({ id, cartId, paymentId, ...priced }, 201, { location: `/orders/${id}` })
})

orders.get('/:id', async (c) => {
  const id = c.req.param('id')
  const order = await findOrder(c.env.DB, id)
  if (!order) throw new HTTPException(404, { message: `no order ${id}` })
  return c.json(order)
})
