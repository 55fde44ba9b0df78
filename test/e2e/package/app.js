import { Hono } from 'hono'
import { collectMetrics, counter, log, observability, withSpan } from 'hono-observability'
import { custom, healthRoutes } from 'hono-observability/health'
import { hostResource, processMetrics } from 'hono-observability/process'
import { prometheusRoute } from 'hono-observability/prometheus'

const orders = counter('shop.orders', { unit: '{order}', description: 'Orders read.' })

/** Uses what the package exports, as an app that has just installed it would. */
export const app = new Hono()

app.use(observability({ service: { name: 'fresh' }, resource: hostResource() }))
app.use(processMetrics())
app.route('/', healthRoutes({ checks: { self: custom(() => ({ observedValue: 1 })) } }))
app.route('/', prometheusRoute({ from: collectMetrics, public: true }))
app.get('/orders/:id', async (c) => {
  const id = c.req.param('id')
  orders.add(1)
  log.info('order read', { 'order.id': id })
  return c.json({ id, price: await withSpan('price', () => 7) })
})
