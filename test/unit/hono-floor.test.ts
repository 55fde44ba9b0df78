import { Hono } from 'hono'
import { instrument, observability } from 'hono-observability'
import { custom, healthRoutes } from 'hono-observability/health'
import { prometheusRoute } from 'hono-observability/prometheus'
import { expect, it } from 'vitest'

// Runs twice: on today's Hono, and as a project of its own on the oldest that the package accepts.
it('everything that touches Hono works on this version of it', async () => {
  const bodies: string[] = []
  const app = new Hono()
  app.use(
    observability({
      service: { name: 'floor' },
      logs: false,
      otlp: {
        batch: { maxLingerMs: 0 },
        fetch: async (_url, { body }) => {
          bodies.push(String(body))
          return new Response('{}')
        },
      },
    }),
  )
  app.route('/', healthRoutes({ checks: { fine: custom(() => true) } }))
  app.route('/', prometheusRoute({ from: () => [], public: true }))
  app.get('/orders/:id', (c) => c.json({ id: c.req.param('id') }))
  const pending: Promise<unknown>[] = []
  const ctx = { waitUntil: (work: Promise<unknown>) => void pending.push(work) }
  const fetch = (path: string) =>
    instrument(app).fetch(new Request(`http://shop.test${path}`), {}, ctx as never)
  expect((await fetch('/orders/7')).headers.get('x-request-id')).toBeTruthy()
  expect((await fetch('/readyz')).status).toBe(200)
  expect((await fetch('/metrics')).status).toBe(200)
  await Promise.all(pending)
  expect(bodies.join()).toContain('"name":"GET /orders/:id"')
})
