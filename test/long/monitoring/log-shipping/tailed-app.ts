import { Hono } from 'hono'
import { log, observability } from 'hono-observability'

const app = new Hono()
app.use(
  observability({
    service: { name: 'tailed' },
    logs: { otlp: true },
    metrics: false,
    otlp: { batch: { maxLingerMs: 0 } },
  }),
)
app.get('/orders/:id', (c) => {
  log.warn('priced', { 'order.id': c.req.param('id'), items: 3, total: 99.5, list: [1, 'x'] })
  console.debug('said by', { somebody: 'else' })
  return c.text('ok')
})

export default {
  fetch: (request: Request, env: never, context: never): Response | Promise<Response> => {
    if (new URL(request.url).pathname === '/thrown') {
      throw new RangeError('nobody catches it')
    }
    return app.fetch(request, env, context)
  },
}
