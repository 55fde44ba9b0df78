import { Hono } from 'hono'
import { handle } from 'hono/aws-lambda'
import { log, observability, withSpan } from 'hono-observability'
import { instrumentLambda } from 'hono-observability/lambda'

const app = new Hono()
app.use(observability({ service: { name: 'shop' } }))
app.get('/orders/:id', async (c) => {
  log.info('order read', { 'order.id': c.req.param('id') })
  return c.json(await withSpan('price', async () => ({ id: c.req.param('id') })))
})

export const handler = instrumentLambda(handle(app))
