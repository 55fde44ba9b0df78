import { Hono } from 'hono'
import * as z from 'zod/mini'
import { readBody } from '../body.ts'
import type { AppEnv } from '../env.ts'
import { deleteCart, readCart, writeCart } from '../store/carts.ts'

export const carts = new Hono<AppEnv>()

const MAX_ITEMS = 50

const cartSchema = () =>
  z.object({
    items: z
      .array(
        z.object({
          productId: z.int().check(z.positive()),
          quantity: z.int().check(z.positive(), z.maximum(100)),
        }),
      )
      .check(
        z.minLength(1),
        z.maxLength(MAX_ITEMS),
        z.refine(
          (items) => new Set(items.map((item) => item.productId)).size === items.length,
          'each product may appear once',
        ),
      ),
  })

carts.get('/:id', async (c) => {
  const cart = await readCart(c.env.CARTS, c.req.param('id'))
  return c.json(cart ?? { items: [] })
})

carts.put('/:id', async (c) => {
  const cart = await readBody(c, cartSchema())
  await writeCart(c.env.CARTS, c.req.param('id'), cart)
  return c.json(cart)
})

carts.delete('/:id', async (c) => {
  await deleteCart(c.env.CARTS, c.req.param('id'))
  return c.body(null, 204)
})
