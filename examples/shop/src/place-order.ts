import { HTTPException } from 'hono/http-exception'
import { withSpan } from 'hono-observability'
import type { Bindings } from './env.ts'
import type { Cart, NewOrder } from './model.ts'
import { pay } from './payment.ts'
import { type PricedOrder, price } from './pricing.ts'
import { receipt, receiptName } from './receipt.ts'
import { deleteCart, readCart } from './store/carts.ts'
import { writeDocument } from './store/documents.ts'
import { startFulfilment } from './store/fulfilment.ts'
import { tellOrderPlaced } from './store/order-events.ts'
import { insertOrder } from './store/orders.ts'
import { findProducts } from './store/products.ts'
import { releaseGoods, reserveGoods } from './store/stock.ts'

/**
 * Turns a cart into an order that is paid for and on its way.
 *
 * @throws HTTPException that tells the customer why it cannot be. The cart stays as it was then.
 */
export async function placeOrder(env: Bindings, cartId: string): Promise<NewOrder> {
  const cart = await readCart(env.CARTS, cartId)
  if (!cart) throw new HTTPException(404, { message: `cart ${cartId} is empty` })
  const priced = await priceCart(env, cart)

  const id = crypto.randomUUID()
  const short = await reserveGoods(env.STOCK, id, cart.items)
  if (short.length > 0) {
    throw new HTTPException(409, { message: `too little in stock of product ${short.join(', ')}` })
  }
  const paymentId = await pay(env.UPSTREAM_URL, id, priced.totalCents).catch(async (error) => {
    await releaseGoods(env.STOCK, id)
    throw error
  })

  const order: NewOrder = { id, cartId, paymentId, ...priced }
  await insertOrder(env.DB, order)
  await writeDocument(env.DOCUMENTS, receiptName(id), 'text/plain; charset=utf-8', receipt(order))
  await deleteCart(env.CARTS, cartId)
  await tellOrderPlaced(env.ORDER_EVENTS, {
    type: 'order.placed',
    orderId: id,
    day: new Date().toISOString().slice(0, 10),
    pieces: order.lines.reduce((pieces, { quantity }) => pieces + quantity, 0),
    totalCents: order.totalCents,
  })
  await startFulfilment(env.FULFILMENT, id)
  return order
}

function priceCart({ DB }: Bindings, { items }: Cart): Promise<PricedOrder> {
  return withSpan('price', async (span) => {
    const products = await findProducts(
      DB,
      items.map((item) => item.productId),
    )
    const priced = price(items, products)
    span.setAttributes({ 'order.lines': items.length, 'order.total_cents': priced?.totalCents })
    if (!priced) throw new HTTPException(409, { message: 'a product in the cart no longer exists' })
    return priced
  })
}
