import { Hono } from 'hono'
import { instrument, restoreGlobalFetch } from 'hono-observability'
import { genai } from 'hono-observability/genai'
import { afterEach, expect, it, vi } from 'vitest'
import { catchTelemetry } from '../../hostile/support.ts'

afterEach(() => {
  restoreGlobalFetch()
  vi.unstubAllGlobals()
})

it('questions of a trace that is not sampled are measured, whether their answers are read or not', async () => {
  vi.stubGlobal('fetch', async () => Response.json({ id: 'a' }))
  const caught = catchTelemetry()
  const app = new Hono()
  app.get('/', async (c) => {
    const [read] = await Promise.all(
      ['m', 'n'].map((model) =>
        fetch('https://api.openai.com/v1/responses', {
          method: 'POST',
          body: JSON.stringify({ model }),
        }),
      ),
    )
    return c.text((await read?.text()) ?? '')
  })
  const options = caught.options({ traces: { fetch: true, genai: genai(), ratio: 0 } })
  await caught.send(instrument(app, options) as never, new Request('http://shop.test/'))
  const points = await vi.waitFor(() => {
    const found = (caught.bodies.get('metrics') ?? [])
      .flatMap((body) => JSON.parse(body).resourceMetrics)
      .flatMap(({ scopeMetrics }) => scopeMetrics)
      .flatMap(({ metrics }) => metrics)
      .find(({ name }) => name === 'gen_ai.client.operation.duration')
    expect(found).toBeDefined()
    return found.histogram.dataPoints
  })
  expect(points.map(({ count }: { count: string }) => Number(count))).toEqual([1, 1])
  expect(caught.spans).toEqual([])
})
