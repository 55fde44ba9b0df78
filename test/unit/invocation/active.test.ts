import { Hono } from 'hono'
import { instrument, type ObservabilityOptions, observability } from 'hono-observability'
import { expect, it } from 'vitest'
import { ensureTelemetry } from '../../../src/telemetry/ensure.ts'

const optionsOf = (): ObservabilityOptions => ({
  otlp: { fetch: async () => Response.json({}) },
  logs: false,
})

const activeOf = (options: ObservabilityOptions): number[] =>
  ensureTelemetry(options, {}).pipelines.map(({ active }) => active)

it('what an app asks of itself leaves no request behind that has begun and never ends', async () => {
  const options = optionsOf()
  const app = new Hono().use(observability(options))
  app.get('/inner', (c) => c.text('inner'))
  app.get('/outer', async () => app.request('/inner'))
  for (let i = 0; i < 3; i++) {
    await (await app.request('/outer')).text()
  }
  expect(activeOf(options)).toEqual([0])
})

it('looking telemetry up begins nothing, and neither does a handler that cannot be described', async () => {
  const options = optionsOf()
  const worker = instrument({ queue: async () => {} }, options)
  // A batch without messages to look at.
  await Promise.resolve(worker.queue.call(worker, ...([{}, {}, {}] as never as []))).catch(() => {})
  ensureTelemetry(options, {})
  expect(activeOf(options)).toEqual([0])
})
