import { Hono } from 'hono'
import { observability, restoreGlobalFetch } from 'hono-observability'
import { expect, it, vi } from 'vitest'

it('sends on a request that is given in place of init, as proxies do, with its method and body', async () => {
  const native = vi.fn(async (...args: Parameters<typeof fetch>) => {
    const { method, headers, body } = new Request(...args)
    const text = await new Response(body).text()
    return Response.json([method, text, headers.get('x-own'), headers.has('traceparent')])
  })
  vi.stubGlobal('fetch', native)
  const app = new Hono()
  app.use(
    observability({ logs: false, metrics: false, otlp: false, traces: { fetch: true } }),
    (c) => fetch('http://origin.test/path', c.req.raw),
  )

  const response = await app.request('/', {
    method: 'POST',
    body: 'body',
    headers: { 'x-own': 'yes' },
  })

  expect(await response.json()).toEqual(['POST', 'body', 'yes', true])
  expect(native).toHaveBeenCalledOnce()
})

class Init {
  readonly #method = 'POST'
  get method(): string {
    return this.#method
  }
  get body(): string {
    return 'body'
  }
}

it.each<[string, () => RequestInit]>([
  ['getters on a prototype', () => new Init()],
  ['inherited members', () => Object.create({ method: 'POST', body: 'body' })],
  [
    'inherited members of a frozen object',
    () => Object.freeze(Object.create({ method: 'POST', body: 'body', headers: {} })),
  ],
])('sends what an init with %s asks for', async (_, make) => {
  restoreGlobalFetch()
  const native = async (...args: Parameters<typeof fetch>) => {
    const { method, headers, body } = new Request(...args)
    const text = await new Response(body).text()
    return Response.json([method, text, headers.has('traceparent')])
  }
  vi.stubGlobal('fetch', native)
  const app = new Hono()
  app.use(
    observability({ logs: false, metrics: false, otlp: false, traces: { fetch: true } }),
    () => fetch('http://origin.test/path', make()),
  )
  expect(await (await app.request('/')).json()).toEqual(['POST', 'body', true])
  restoreGlobalFetch()
})
