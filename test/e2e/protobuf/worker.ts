import { metrics, trace } from '@opentelemetry/api'
import { Hono } from 'hono'
import { log, observability } from 'hono-observability'
import { protobuf } from 'hono-observability/protobuf'

const app = new Hono()

app.use(
  observability({
    service: { name: 'shop' },
    otlp: { protocol: protobuf },
    logs: { otlp: true, console: false },
  }),
)

app.get('/orders/:id', (c) => {
  const id = Number(c.req.param('id'))
  metrics.getMeter('shop').createCounter('orders').add(2, { kind: 'größe' })
  trace.getActiveSpan()?.setAttributes({ 'order.id': id, 'order.lines': ['a', 'ž'] })
  log.info('order read', { order: { id, total: 0.5 } })
  return c.text('ok')
})

export default app
