import assert from 'node:assert/strict'
import { Hono } from 'hono'
import { captured } from '../../../src/entries/testing.ts'
import { counter, log, observability, withSpan } from '../../../src/index.ts'

const orders = counter('shop.orders', { unit: '{order}', description: 'Orders read.' })

const app = new Hono()
app.use(observability({ service: { name: 'shop' } }))
app.get('/orders/:id', async (c) => {
  orders.add(1)
  log.info('order read', { 'order.id': c.req.param('id') })
  return c.json(await withSpan('price', () => 42))
})

/** What a user's test asserts, in whatever runner. */
export const check = async (id: string): Promise<void> => {
  const { response, spans, metrics, logs } = await captured(app, `/orders/${id}`)
  assert.equal(await response.json(), 42)
  assert.deepEqual(
    spans.map(({ name, parent }) => [name, parent]),
    [
      ['GET /orders/:id', undefined],
      ['price', 'GET /orders/:id'],
    ],
  )
  assert.equal(metrics.find(({ name }) => name === 'shop.orders')?.value, 1)
  assert.deepEqual(
    logs.map(({ message, trace_id }) => [message, trace_id]),
    [
      ['order read', spans[0]?.traceId],
      ['GET /orders/:id 200', spans[0]?.traceId],
    ],
  )
}
