import { createExecutionContext, waitOnExecutionContext } from 'cloudflare:test'
import { Hono } from 'hono'
import { exporterState, observability } from 'hono-observability'
import { expect, it } from 'vitest'

it('without a collector, a test that waits for the execution context waits for one attempt, and then for none', async () => {
  let attempts = 0
  const options = {
    logs: false as const,
    metrics: false as const,
    otlp: {
      fetch: (url: string, init: RequestInit) => {
        attempts++
        return fetch(url, init)
      },
      endpoint: 'http://127.0.0.1:9',
    },
  }
  const app = new Hono()
  app.use(observability(options))
  app.get('/', (c) => c.text('ok'))
  for (let i = 0; i < 5; i++) {
    const ctx = createExecutionContext()
    const response = await app.fetch(new Request('http://shop.test/'), {}, ctx)
    expect(response.status).toBe(200)
    await waitOnExecutionContext(ctx)
  }
  // Five lone requests within the pause after the first failure: no more than a retry or two by time alone.
  expect(attempts).toBeLessThan(5)
  expect(exporterState(options)?.queued).toBe(5)
})
