import { trace } from '@opentelemetry/api'
import type { Context, Hono } from 'hono'

const ROUTES = 1000

/** Routes by the thousand, and one whose span gets as many attributes as its path says. */
export const addRoutes = (app: Hono): Hono => {
  for (let route = 0; route < ROUTES; route++) {
    app.get(`/r${route}/:id`, (c) => c.json({ id: c.req.param('id') }))
  }
  app.get('/attributes/:count', (c: Context) => {
    const span = trace.getActiveSpan()
    const count = Number(c.req.param('count'))
    for (let i = 0; i < count; i++) span?.setAttribute(`shop.attribute.${i}`, i)
    return c.json({ count })
  })
  return app
}
