import { Hono } from 'hono'
import { instrument } from 'hono-observability'
import { routeSampler } from 'hono-observability/sampler'
import { describe, expect, it } from 'vitest'
import { catchTelemetry } from '../hostile/support.ts'

const SAMPLED = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`

describe('a sampler by route', () => {
  const ask = async (method: string, path: string, headers = {}) => {
    const caught = catchTelemetry()
    const sampler = routeSampler(
      {
        'GET /orders/:id{[0-9]+}': 0,
        '/orders/:id': 1,
        '/assets/*': 0,
        'POST /search': 1,
        '/search': 0,
      },
      0,
    )
    const app = instrument(new Hono(), caught.options({ traces: { sampler } }))
    await caught.send(app, new Request(`http://shop.test${path}`, { method, headers }))
    return caught
  }

  it.each([
    ['GET', '/orders/7', 0],
    ['GET', '/orders/new', 1],
    ['POST', '/orders/7', 1],
    ['GET', '/orders/new/items', 0],
    ['GET', '/assets/a/b.css', 0],
    ['POST', '/search?q=1', 1],
    ['GET', '/search', 0],
    ['GET', '/other', 0],
  ])('keeps of %s %s a share of %d, by the first that fits', async (method, path, share) => {
    expect((await ask(method, path)).spans).toHaveLength(share)
  })

  it('leaves the decision to the caller where there is one', async () => {
    expect((await ask('GET', '/assets/a', { traceparent: SAMPLED })).spans).toHaveLength(1)
    const unsampled = SAMPLED.replace(/1$/, '0')
    expect((await ask('POST', '/search', { traceparent: unsampled })).spans).toHaveLength(0)
  })

  it('writes the threshold of the route, so that counts can be scaled back', async () => {
    const caught = catchTelemetry()
    const options = caught.options({ traces: { sampler: routeSampler({ '/half': 0.5 }) } })
    const app = instrument({ fetch: () => new Response('ok') }, options)
    for (let i = 0; i < 60; i++) {
      await caught.send(app, new Request('http://shop.test/half'))
    }
    await caught.send(app, new Request('http://shop.test/other'))
    const states = caught.spans.map(({ traceState }) => traceState)
    expect(new Set(states)).toEqual(new Set(['ot=th:8', 'ot=th:0']))
    expect(states.length).toBeLessThan(61)
  })

  it.each<[Record<string, never>, number | undefined, string]>([
    [{ orders: 1 as never }, 1, '`ratios` must be paths like `/orders/:id`, with or without a method in front, received "orders"'],
    [{ '/a': 2 as never }, 1, '`ratios["/a"]` must be a number from 0 to 1, received 2'],
    [{}, -1, '`rest` must be a number from 0 to 1, received -1'],
  ])('refuses %j, %j', (ratios, rest, message) => {
    expect(() => routeSampler(ratios, rest)).toThrow(
      new TypeError(`Cannot sample by route: ${message}`),
    )
  }) // biome-ignore format: one line each
})
