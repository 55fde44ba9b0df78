import { metrics } from '@opentelemetry/api'
import { Hono } from 'hono'
import { Hono as OtherHono } from 'hono-floor'
import { observability, type ReadableSpan } from 'hono-observability'
import { expect, it, vi } from 'vitest'

const run = async (
  app: Hono,
  path: string,
): Promise<{ response: Response; span: ReadableSpan; lines: Record<string, unknown>[] }> => {
  metrics.disable()
  const spans: ReadableSpan[] = []
  const lines: Record<string, unknown>[] = []
  for (const method of ['info', 'warn', 'error'] as const) {
    vi.spyOn(console, method).mockImplementation((line) => {
      lines.push(line.startsWith('{') ? JSON.parse(line) : { line })
    })
  }
  app.use(
    observability({
      otlp: false,
      traces: {
        processors: [
          {
            onStart: () => {},
            onEnd: (span: ReadableSpan) => void spans.push(span),
            forceFlush: async () => {},
            shutdown: async () => {},
          },
        ],
      },
    }),
  )
  app.get('/orders/:id', (c) => c.text('ok'))
  const response = await app.request(path)
  return { response, span: spans[0] as ReadableSpan, lines }
}

it('an app of another copy of Hono has routes, and nothing is said of a fault', async () => {
  const { response, span, lines } = await run(new OtherHono() as unknown as Hono, '/orders/7')
  expect(span.name).toBe('GET /orders/:id')
  expect(lines).toMatchObject([{ 'http.route': '/orders/:id', request_id: expect.any(String) }])
  expect(response.headers.has('x-request-id')).toBe(true)
})

it('a fault in finding the route costs the route, and nothing else', async () => {
  const app = new Hono()
  app.use(async (c, next) => {
    Object.defineProperty(c.req, 'matchedRoutes', {
      get() {
        throw new Error('broken')
      },
    })
    await next()
  })
  const { response, span, lines } = await run(app, '/orders/7')
  expect(span.attributes).toMatchObject({ 'http.response.status_code': 200 })
  expect(span.attributes['http.route']).toBe(undefined)
  expect(lines.filter((line) => line['http.response.status_code'] === 200)).toHaveLength(1)
  expect(response.headers.has('x-request-id')).toBe(true)
})
