import { costs, LIST_PRICES, monthlyBill, priceOf } from 'hono-observability/costs'
import { usage } from 'hono-observability/usage'
import { afterEach, expect, it, vi } from 'vitest'
import { database, inApp, keyValues } from './in-app.ts'

afterEach(() => {
  vi.useRealTimers()
})

const shop = (model = costs()) =>
  inApp(
    {
      DB: database(),
      CACHE: keyValues(),
      ORDERS: { send: async () => {}, sendBatch: async () => {} },
    },
    { usage: usage({ costs: model, findings: false }) },
    (app) => {
      app.get('/products', async (c) => {
        await c.env.CACHE.get('products')
        return c.text('list')
      })
      app.get('/orders/:id', async (c) => {
        await c.env.DB.prepare('READ 2000 RETURN 10').all()
        return c.text('order')
      })
      app.post('/orders', async (c) => {
        await c.env.DB.prepare('INSERT READ 3').run()
        await c.env.CACHE.put()
        await c.env.CACHE.delete()
        await c.env.ORDERS.send()
        return c.text('made')
      })
      return {
        queue: async (batch: { messages: unknown[] }) => {
          batch.messages.at(0)
        },
      }
    },
  )

/** Price of a million of each, by hand: the page of 2026-08-03. */
const usd = (count: number, perMillion: number) => (count * perMillion) / 1_000_000

it('a scripted run of known calls costs by the product what it costs by hand, in metric, span and line', async () => {
  const { ask, run, points, spans, lines } = shop()
  for (let i = 0; i < 40; i++) {
    await ask('/products')
  }
  for (let i = 0; i < 20; i++) {
    await ask(`/orders/${i}`)
  }
  for (let i = 0; i < 10; i++) {
    await ask('/orders', { method: 'POST' })
  }
  const message = { body: 1, ack() {}, retry() {} }
  await run('queue', {
    queue: 'orders',
    messages: Array(10).fill(message),
    ackAll() {},
    retryAll() {},
  })

  const byHand = {
    'GET /products': usd(40, 0.3) + usd(40, 0.5),
    'GET /orders/:id': usd(20, 0.3) + usd(20 * 2000, 0.001),
    // A row written, 3 read; a key written, and one deleted; a message.
    'POST /orders':
      usd(10, 0.3) + usd(10, 1) + usd(30, 0.001) + usd(10, 5) + usd(10, 5) + usd(10, 0.4),
    // Each message is read and deleted.
    'process orders': usd(1, 0.3) + usd(20, 0.4),
  }
  const byMetric: Record<string, number> = {}
  for (const [name, value, by] of await points('hono.cost')) {
    expect(name).toBe('hono.cost')
    const route = String(
      by['hono.invocation.name'] ?? `${by['http.request.method']} ${by['http.route']}`,
    )
    byMetric[route] = (byMetric[route] ?? 0) + value
  }
  const bySpan: Record<string, number> = {}
  for (const { name, attributes } of spans) {
    bySpan[name] = (bySpan[name] ?? 0) + Number(attributes['hono.cost'])
  }
  expect(Object.keys(byMetric).toSorted()).toEqual(Object.keys(byHand).toSorted())
  for (const [route, price] of Object.entries(byHand)) {
    expect(byMetric[route]).toBeCloseTo(price, 12)
    expect(bySpan[route]).toBeCloseTo(price, 12)
  }
  const onLines = lines('access').reduce((sum, line) => sum + Number(line['hono.cost']), 0)
  const { 'process orders': _, ...requests } = byHand
  expect(onLines).toBeCloseTo(
    Object.values(requests).reduce((sum, price) => sum + price, 0),
    12,
  )
})

it('the cost of a route is told by what it is for', async () => {
  const { ask, points } = shop()
  await ask('/products')
  expect(await points('hono.cost')).toEqual([
    [
      'hono.cost',
      5e-7,
      {
        'http.request.method': 'GET',
        'http.route': '/products',
        'hono.usage.resource': 'kvReads',
      },
    ],
    [
      'hono.cost',
      3e-7,
      {
        'http.request.method': 'GET',
        'http.route': '/products',
        'hono.usage.resource': 'workersRequests',
      },
    ],
  ])
})

it('prices can be others than those of the list', async () => {
  const { ask, spans } = shop(costs({ prices: { kvReads: 2, workersRequests: 0 } }))
  await ask('/products')
  expect(spans[0]?.attributes['hono.cost']).toBe(2e-6)
  expect(priceOf({ aiOutputTokens: 1_000_000 })).toBe(0)
  expect(priceOf({ aiOutputTokens: 1_000_000 }, { prices: { aiOutputTokens: 2.253 } })).toBe(2.253)
})

it('a month is the plan and what goes beyond what it includes, as in the examples of the price page', () => {
  expect(monthlyBill({})).toBe(5)
  expect(monthlyBill({ workersRequests: 15_000_000 })).toBe(6.5)
  expect(monthlyBill({ workersRequests: 100_000_000 })).toBe(32)
  expect(monthlyBill({ kvReads: 10_000_000, d1RowsRead: 25_000_000_000 })).toBe(5)
  expect(monthlyBill({ d1RowsRead: 26_000_000_000 })).toBe(6)
})

it('every price says what a month includes, and the list where it was read and when', () => {
  expect(LIST_PRICES.asOf).toMatch(/^\d{4}-\d{2}-\d{2}$/)
  expect(LIST_PRICES.source).toMatch(/^https:\/\/developers\.cloudflare\.com\//)
  for (const { usdPerMillion, included } of Object.values(LIST_PRICES.prices)) {
    expect(usdPerMillion).toBeGreaterThan(0)
    expect(included).toBeGreaterThan(0)
  }
})

it('a note appears once when prices are older than 180 days, and not before', async () => {
  const notes: unknown[] = []
  const ageInDays = async (days: number): Promise<number> => {
    vi.resetModules()
    const fresh = await import('../../../src/usage/costs.ts')
    notes.length = 0
    vi.spyOn(console, 'warn').mockImplementation((line: unknown) => void notes.push(line))
    vi.useFakeTimers({ now: Date.parse('2026-08-03') + days * 86_400_000 })
    for (const model of [fresh.costs(), fresh.costs()]) {
      model.record({ kvReads: 1 }, {})
      model.record({ kvReads: 1 }, {})
    }
    vi.useRealTimers()
    return notes.filter((line) => String(line).includes('prices are of 2026-08-03')).length
  }
  expect(await ageInDays(180)).toBe(0)
  expect(await ageInDays(181)).toBe(1)
  expect(String(notes[0])).toContain('181 days ago')
})

it.each([
  [
    { prices: { kvRead: 1 } },
    '`prices.kvRead` must be one of workersRequests, cpuMs, durableObjectGbSeconds, subrequests',
  ],
  [{ prices: { kvReads: -1 } }, '`prices.kvReads` must be a number of USD from 0 on, received -1'],
  [{ asOf: 'today' }, '`asOf` must be a day like `2026-08-03`, received today'],
])('%j is refused', (options, message) => {
  expect(() => costs(options as never)).toThrow(`Cannot put prices on usage: ${message}`)
})

it('something that is not what `costs()` returns is refused by name', () => {
  expect(() => usage({ costs: {} as never })).toThrow(
    'Cannot count usage: `costs` must be what `costs()` of `hono-observability/costs` returns',
  )
})
