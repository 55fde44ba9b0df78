import { Hono } from 'hono'
import { HTTPException } from 'hono/http-exception'
import type { AppEnv } from '../env.ts'
import { findProduct, listProducts } from '../store/products.ts'

export const products = new Hono<AppEnv>()

products.get('/', async (c) => c.json(await listProducts(c.env.DB)))

products.get('/:id', async (c) => {
  const id = Number(c.req.param('id'))
  if (!Number.isSafeInteger(id)) {
    throw new HTTPException(400, { message: 'id: expected a whole number' })
  }
  const product = await findProduct(c.env.DB, id)
  if (!product) throw new HTTPException(404, { message: `no product ${id}` })
  return c.json(product)
})
