import { readFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { applyMigrations, type D1Like } from '../support/d1-migrations.ts'
import { type RunningWorker, startWorker } from '../support/worker.ts'

const SHOP = `${import.meta.dirname}/../../examples/shop`
const CONFIG = new URL('../../wrangler.toml', import.meta.url)
const ADMIN_TOKEN = 'let-me-in'

let bank: Server
let bankStatus: number
let shop: RunningWorker

async function startShop(vars: Record<string, string>): Promise<RunningWorker> {
  const worker = await startWorker({
    config: CONFIG,
    vars: { OTEL_SDK_DISABLED: 'true', ...vars },
  })
  const { DB } = await worker.env<{ DB: D1Like }>()
  await applyMigrations(DB, `${SHOP}/migrations`)
  await DB.prepare(await readFile(`${SHOP}/seed/products.sql`, 'utf8')).run()
  return worker
}

async function call(method: string, path: string, json?: unknown, token?: string) {
  const response = await fetch(shop.url + path, {
    method,
    headers: {
      'content-type': 'application/json',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    body: json === undefined ? null : typeof json === 'string' ? json : JSON.stringify(json),
  })
  const text = await response.text()
  const isJson = response.headers.get('content-type')?.startsWith('application/json')
  return { status: response.status, body: isJson ? JSON.parse(text) : text, response }
}

beforeAll(async () => {
  bank = createServer((request, response) => {
    request.resume().on('end', () => {
      response.writeHead(bankStatus, { 'content-type': 'application/json' })
      response.end(JSON.stringify({ paymentId: 'pay_1' }))
    })
  })
  await new Promise<void>((listening) => bank.listen(0, '127.0.0.1', listening))
  const { port } = bank.address() as AddressInfo
  shop = await startShop({ UPSTREAM_URL: `http://127.0.0.1:${port}`, ADMIN_TOKEN })
})
afterAll(async () => {
  await shop?.stop()
  bank?.close()
})
beforeEach(() => {
  bankStatus = 201
})

const fill = (id: string, items = [{ productId: 1, quantity: 2 }]) =>
  call('PUT', `/carts/${id}`, { items })

describe('products', () => {
  it('are listed and read one by one, also under /api/v1', async () => {
    const { body } = await call('GET', '/products')
    expect(body).toHaveLength(5)
    const cup = { id: 1, name: 'Espresso cup', priceCents: 900 }
    expect(body[0]).toEqual(cup)
    expect((await call('GET', '/products/1')).body).toEqual(cup)
    expect((await call('GET', '/api/v1/products/1')).body).toEqual(cup)
  })

  it('answer 404 for one that does not exist and 400 for no number', async () => {
    expect((await call('GET', '/products/99')).status).toBe(404)
    expect((await call('GET', '/products/cup')).status).toBe(400)
  })
})

describe('carts', () => {
  it('are written, read and deleted', async () => {
    const items = [{ productId: 1, quantity: 2 }]
    expect(await fill('ada', items)).toMatchObject({ status: 200, body: { items } })
    expect((await call('GET', '/carts/ada')).body).toEqual({ items })
    expect((await call('DELETE', '/carts/ada')).status).toBe(204)
    expect((await call('GET', '/carts/ada')).body).toEqual({ items: [] })
  })

  it.each([
    ['no JSON', 'not json', 'the body must be JSON'],
    ['no items', {}, 'items: '],
    ['an empty list', { items: [] }, 'items: '],
    ['a negative quantity', { items: [{ productId: 1, quantity: -1 }] }, 'items.0.quantity: '],
    ['half a product', { items: [{ productId: 1, quantity: 0.5 }] }, 'items.0.quantity: '],
    [
      'a product twice',
      { items: [1, 2].map((quantity) => ({ productId: 1, quantity })) },
      'items: each product may appear once',
    ],
  ])('refuse %s with 400 and say which field', async (_, json, message) => {
    const { status, body } = await call('PUT', '/carts/ada', json)
    expect(status).toBe(400)
    expect(body.error).toContain(message)
  })
})

describe('orders', () => {
  it('are priced, paid, stored, and empty the cart', async () => {
    await fill('grace', [
      { productId: 1, quantity: 2 },
      { productId: 5, quantity: 10 },
    ])
    const placed = await call('POST', '/orders', { cartId: 'grace' })
    expect(placed.status).toBe(201)
    expect(placed.body).toMatchObject({ totalCents: 2 * 900 + 10 * 990, paymentId: 'pay_1' })
    const path = placed.response.headers.get('location') ?? ''
    expect(path).toBe(`/orders/${placed.body.id}`)
    const { createdAt, ...stored } = (await call('GET', path)).body
    expect(stored).toEqual(placed.body)
    expect(createdAt).toMatch(/^\d{4}-\d\d-\d\d /)
    expect((await call('GET', '/carts/grace')).body).toEqual({ items: [] })
  })

  it('need a cart with something in it', async () => {
    expect((await call('POST', '/orders', { cartId: 'nobody' })).status).toBe(404)
    expect((await call('POST', '/orders', {})).status).toBe(400)
  })

  it('are refused when a product is gone', async () => {
    await fill('linus', [{ productId: 77, quantity: 1 }])
    expect((await call('POST', '/orders', { cartId: 'linus' })).status).toBe(409)
  })

  it.each([
    [402, 402, 'declined'],
    [500, 502, 'answered 500'],
  ])('keep the cart when the bank answers %d', async (answer, status, message) => {
    await fill('barbara')
    bankStatus = answer
    const { body, ...rest } = await call('POST', '/orders', { cartId: 'barbara' })
    expect(rest.status).toBe(status)
    expect(body.error).toContain(message)
    expect((await call('GET', '/carts/barbara')).body.items).toHaveLength(1)
  })

  it('answer 404 for one that does not exist', async () => {
    expect((await call('GET', '/orders/none')).status).toBe(404)
  })
})

describe('admin', () => {
  it.each([[undefined], ['wrong']])('refuses the token %j with 401', async (token) => {
    expect((await call('GET', '/admin/users/ada', undefined, token)).status).toBe(401)
  })

  it('shows the orders of a user to staff', async () => {
    await fill('dorothy')
    const { body: order } = await call('POST', '/orders', { cartId: 'dorothy' })
    const { status, body } = await call('GET', '/admin/users/dorothy', undefined, ADMIN_TOKEN)
    expect(status).toBe(200)
    expect(body).toMatchObject({ id: 'dorothy', orders: [{ id: order.id }] })
  })
})

describe('the rest', () => {
  it('tells the way of an order as five events in half a second', async () => {
    const startedMs = performance.now()
    const { response, body } = await call('GET', '/events')
    expect(response.headers.get('content-type')).toBe('text/event-stream')
    expect(body.match(/^event: status$/gm)).toHaveLength(5)
    expect(performance.now() - startedMs).toBeGreaterThan(400)
  })

  it('hides the message of an unexpected error', async () => {
    const { status, body } = await call('GET', '/boom')
    expect(status).toBe(500)
    expect(body).toEqual({ error: 'Internal Server Error' })
    expect((await call('GET', '/boom/string')).status).toBe(500)
  })

  it('answers every method at /ping', async () => {
    expect((await call('GET', '/ping')).body).toEqual({ method: 'GET' })
    expect((await call('PATCH', '/ping')).body).toEqual({ method: 'PATCH' })
  })

  it('lists its routes, and each of them exists', async () => {
    const { body } = await call('GET', '/')
    for (const line of body.routes as string[]) {
      const [methods = '', path = ''] = line.split(' ')
      const method = methods.split('|')[0] === 'ANY' ? 'GET' : (methods.split('|')[0] ?? '')
      const { body: answer } = await call(method, path.replace(':id', '1'), undefined, ADMIN_TOKEN)
      expect(JSON.stringify(answer)).not.toContain('no route for')
    }
  })

  it('answers 404 in JSON elsewhere', async () => {
    const { status, body } = await call('GET', '/nothing')
    expect(status).toBe(404)
    expect(body).toEqual({ error: 'no route for GET /nothing' })
  })
})

describe('without its settings', () => {
  it('says that payments are off, and lets nobody in', async () => {
    const bare = await startShop({})
    try {
      const cart = JSON.stringify({ items: [{ productId: 1, quantity: 1 }] })
      await fetch(`${bare.url}/carts/ada`, { method: 'PUT', body: cart })
      const order = await fetch(`${bare.url}/orders`, {
        method: 'POST',
        body: JSON.stringify({ cartId: 'ada' }),
      })
      expect(order.status).toBe(503)
      expect(await order.text()).toContain('UPSTREAM_URL')
      const headers = { authorization: 'Bearer undefined' }
      expect((await fetch(`${bare.url}/admin/users/ada`, { headers })).status).toBe(401)
    } finally {
      await bare.stop()
    }
  })
})
