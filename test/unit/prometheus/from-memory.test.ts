import { Hono } from 'hono'
import { collectMetrics, observability } from 'hono-observability'
import { prometheusRoute } from 'hono-observability/prometheus'
import { expect, it } from 'vitest'

it('/metrics of a process of its own has what was counted, scrape after scrape', async () => {
  const app = new Hono()
  app.use(observability({ service: { name: 'memory' }, logs: false, otlp: false }))
  app.route('/', prometheusRoute({ from: collectMetrics, public: true }))
  app.get('/orders/:id', (c) => c.text('ok'))
  const scrape = async () => (await app.request('/metrics')).text()
  expect(await scrape()).not.toContain('http_server_request_duration')
  for (let i = 1; i <= 3; i++) {
    await app.request(`/orders/${i}`)
    expect(await scrape()).toMatch(
      new RegExp(
        `^http_server_request_duration_seconds_count\\{.*http_route="/orders/:id".*\\} ${i}$`,
        'm',
      ),
    )
  }
  expect(await scrape()).toContain('target_info{')
})
