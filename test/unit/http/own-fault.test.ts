import { Hono } from 'hono'
import { observability } from 'hono-observability'
import { expect, it, vi } from 'vitest'

it('a fault of ours while a request ends neither changes its answer nor keeps the invocation alive', async () => {
  vi.spyOn(console, 'warn').mockImplementation(() => {})
  const app = new Hono()
  app.use(
    observability({
      service: { name: 'fault' },
      logs: false,
      otlp: { batch: { maxLingerMs: 0 }, fetch: async () => new Response('{}') },
    }),
  )
  app.get('/', () => {
    const response = new Response('fine')
    Object.defineProperty(response, 'headers', {
      get() {
        throw new Error('broken')
      },
    })
    return response
  })
  const pending: Promise<unknown>[] = []
  const waitUntil = (work: Promise<unknown>) => void pending.push(work)
  const response = await app.fetch(new Request('http://shop.test/'), {}, { waitUntil } as never)
  expect(await response.text()).toBe('fine')
  expect(pending).toHaveLength(1)
  const settled = await Promise.race([
    pending[0]?.then(() => true),
    new Promise((resolve) => setTimeout(resolve, 1000, false)),
  ])
  expect(settled).toBe(true)
})
