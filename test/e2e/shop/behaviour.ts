import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Bank, startBank } from './bank.ts'
import { Caller } from './caller.ts'
import { ADMIN_TOKEN, type RunningShop } from './running-shop.ts'

interface Row {
  status: string
}

/** What a shop was asked and answered, and what it had in its database in the end. */
export interface ShopRun {
  readonly exchanges: readonly string[]
  readonly remains: unknown[]
}

const soon = { timeout: 20_000, interval: 100 }

/** What every shop does, wherever it runs. */
export function describeShop(
  kind: string,
  start: (vars: Record<string, string>) => Promise<RunningShop>,
): ShopRun {
  const exchanges: string[] = []
  const run: ShopRun = { exchanges, remains: [] }

  describe(`the shop, ${kind}`, () => {
    let bank: Bank
    let shop: RunningShop
    let caller: Caller

    beforeAll(async () => {
      bank = await startBank()
      shop = await start({
        UPSTREAM_URL: bank.url,
        ADMIN_TOKEN,
        SESSION_SECRET: 'known to the shop alone',
        HOLD_SECONDS: '5',
        // Nobody listens there: what cannot be delivered must not be felt either.
        OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1',
      })
      caller = new Caller(shop.url, exchanges)
    })
    afterAll(async () => {
      await shop?.stop()
      bank?.close()
    })
    beforeEach(() => {
      bank.status = 201
    })

    const call: Caller['call'] = (...args) => caller.call(...args)
    const fill = (id: string, items = [{ productId: 1, quantity: 2 }]) =>
      call('PUT', `/carts/${id}`, { items })
    const order = (cartId: string) => call('POST', '/orders', { cartId })
    /** Orders some of one product. */
    const buy = async (productId: number, quantity: number) => {
      await fill('buyer', [{ productId, quantity }])
      return order('buyer')
    }
    const shipped = (id: string) =>
      expect
        .poll(async () => (await caller.peek('GET', `/orders/${id}`)).body.status, soon)
        .toBe('shipped')

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
        const placed = await order('grace')
        expect(placed.status).toBe(201)
        expect(placed.body).toMatchObject({ totalCents: 2 * 900 + 10 * 990, paymentId: 'pay_1' })
        const path = placed.response.headers.get('location') ?? ''
        expect(path).toBe(`/orders/${placed.body.id}`)
        await shipped(placed.body.id)
        const { createdAt, ...stored } = (await call('GET', path)).body
        expect(stored).toEqual({ ...placed.body, status: 'shipped' })
        expect(createdAt).toMatch(/^\d{4}-\d\d-\d\d /)
        expect((await call('GET', '/carts/grace')).body).toEqual({ items: [] })
      })

      it('come with a receipt', async () => {
        const { body: placed } = await buy(1, 3)
        const { body, response } = await call('GET', `/orders/${placed.id}/receipt`)
        expect(response.headers.get('content-type')).toBe('text/plain; charset=utf-8')
        expect(body).toBe(
          [
            `Order ${placed.id}`,
            '3 × product 1                27.00 EUR',
            'Total                        27.00 EUR',
            'Paid: pay_1',
            '',
          ].join('\n'),
        )
        expect((await call('GET', '/orders/none/receipt')).status).toBe(404)
      })

      it('need a cart with something in it', async () => {
        expect((await order('nobody')).status).toBe(404)
        expect((await call('POST', '/orders', {})).status).toBe(400)
      })

      it('are refused when a product is gone', async () => {
        await fill('linus', [{ productId: 77, quantity: 1 }])
        expect((await order('linus')).status).toBe(409)
      })

      it.each([
        [402, 402, 'declined'],
        [500, 502, 'answered 500'],
      ])('keep the cart when the bank answers %d', async (answer, status, message) => {
        await fill('barbara')
        bank.status = answer
        const { body, ...rest } = await order('barbara')
        expect(rest.status).toBe(status)
        expect(body.error).toContain(message)
        expect((await call('GET', '/carts/barbara')).body.items).toHaveLength(1)
      })

      it('answer 404 for one that does not exist', async () => {
        expect((await call('GET', '/orders/none')).status).toBe(404)
      })
    })

    describe('the stock room', () => {
      it('sells what there is, and no more until the day is closed', async () => {
        expect((await buy(2, 100)).status).toBe(201)
        expect((await buy(2, 100)).status).toBe(201)
        const refused = await buy(2, 1)
        expect(refused.status).toBe(409)
        expect(refused.body.error).toBe('too little in stock of product 2')
        await shop.closeDay(new Date())
        expect((await buy(2, 1)).status).toBe(201)
      })

      it('takes back what was not paid for', async () => {
        bank.status = 402
        for (let i = 0; i < 3; i++) expect((await buy(3, 100)).status).toBe(402)
        bank.status = 201
        expect((await buy(3, 100)).status).toBe(201)
      })

      it('holds nothing for ever', async () => {
        const one = { items: [{ productId: 4, quantity: 1 }] }
        expect(await shop.hold('abandoned', [{ productId: 4, quantity: 200 }])).toEqual([])
        expect((await buy(4, 1)).status).toBe(409)
        await expect
          .poll(async () => {
            await caller.peek('PUT', '/carts/patient', one)
            return (await caller.peek('POST', '/orders', { cartId: 'patient' })).status
          }, soon)
          .toBe(201)
      })
    })

    describe('the end of the day', () => {
      const close = async (day: string) => {
        await shop.closeDay(new Date(`${day}T23:50:00Z`))
        return (await caller.peek('GET', `/admin/reports/${day}`, undefined, ADMIN_TOKEN)).body
      }

      it('reports what was sold, as soon as the queue has told', async () => {
        const day = new Date().toISOString().slice(0, 10)
        const before = await close(day)
        await buy(5, 10)
        await expect
          .poll(async () => (await close(day)).pieces, soon)
          .toBeGreaterThanOrEqual(before.pieces + 10)
      })

      it('counts an order once, however often the queue delivers it', async () => {
        const day = '2026-01-31'
        const event = { type: 'order.placed', orderId: 'twice', day, pieces: 3, totalCents: 450 }
        await shop.deliver([event, { ...event }, { ...event, orderId: 'once' }])
        await expect.poll(() => close(day), soon).toMatchObject({ orders: 2, pieces: 6 })
        const { body, response } = await call(
          'GET',
          `/admin/reports/${day}`,
          undefined,
          ADMIN_TOKEN,
        )
        expect(response.headers.get('content-type')).toBe('application/json')
        expect(body).toMatchObject({ day, orders: 2, pieces: 6, totalCents: 900 })
      })

      it('has no report of a day that is not closed', async () => {
        const { status } = await call('GET', '/admin/reports/1999-12-31', undefined, ADMIN_TOKEN)
        expect(status).toBe(404)
      })
    })

    describe('admin', () => {
      it.each([[undefined], ['wrong']])('refuses the token %j with 401', async (token) => {
        expect((await call('GET', '/admin/users/ada', undefined, token)).status).toBe(401)
      })

      it('shows the orders of a user to staff', async () => {
        await fill('dorothy')
        const { body: placed } = await order('dorothy')
        await shipped(placed.id)
        const { status, body } = await call('GET', '/admin/users/dorothy', undefined, ADMIN_TOKEN)
        expect(status).toBe(200)
        expect(body).toMatchObject({
          id: 'dorothy',
          orders: [{ id: placed.id, status: 'shipped' }],
        })
      })
    })

    describe('accounts', () => {
      const password = 'correct horse battery staple'
      const signUp = (name: string) => call('POST', '/account/sign-up', { name, password })
      const logIn = (name: string, word = password) =>
        call('POST', '/account/login', undefined, `Basic ${btoa(`${name}:${word}`)}`)

      it('are opened, logged in to, and read with the token', async () => {
        const { status, body } = await signUp('margaret')
        expect([status, body.name]).toEqual([201, 'margaret'])
        const login = await logIn('margaret')
        expect(login.status).toBe(200)
        for (const token of [body.token, login.body.token]) {
          const read = await call('GET', '/account', undefined, token)
          expect(read.status).toBe(200)
          expect(read.body).toMatchObject({ name: 'margaret' })
          expect(read.text).not.toContain('pbkdf2')
        }
        const [kept] = (await shop.rows(
          "SELECT password FROM accounts WHERE name = 'margaret'",
        )) as { password: string }[]
        expect(kept?.password).toMatch(/^pbkdf2-sha256\$100000\$[\da-f]{32}\$[\da-f]{64}$/)
      })

      it('have a name once', async () => {
        expect((await signUp('edsger')).status).toBe(201)
        expect((await signUp('edsger')).status).toBe(409)
      })

      it.each([
        ['a short password', { name: 'alan', password: 'enigma' }, 'password: '],
        ['a long one', { name: 'alan', password: 'e'.repeat(129) }, 'password: '],
        ['a name with spaces', { name: 'a b', password }, 'name: '],
      ])('refuse %s', async (_, json, message) => {
        const { status, body } = await call('POST', '/account/sign-up', json)
        expect(status).toBe(400)
        expect(body.error).toContain(message)
      })

      it('let nobody in without the password or the token', async () => {
        await signUp('tony')
        expect((await logIn('tony', 'wrong')).status).toBe(401)
        expect((await logIn('tony', '')).status).toBe(401)
        expect((await logIn('nobody')).status).toBe(401)
        expect((await call('POST', '/account/login')).status).toBe(401)
        expect((await call('GET', '/account')).status).toBe(401)
        const { body } = await logIn('tony')
        const [head, , mac] = body.token.split('.')
        const [claims] = [btoa(JSON.stringify({ sub: 'somebody', jti: 'else' }))]
        for (const token of ['nonsense', `${head}.${claims}.${mac}`]) {
          expect((await call('GET', '/account', undefined, token)).status).toBe(401)
        }
      })

      it('bound guesses, also those that come at once, and with the password then', async () => {
        await signUp('adele')
        const guesses = await Promise.all(
          Array.from({ length: 12 }, (_, i) =>
            caller.peek(
              'POST',
              '/account/login',
              undefined,
              `Basic ${btoa(`adele:guess number ${i}`)}`,
            ),
          ),
        )
        const statuses = guesses.map(({ status }) => status).sort()
        expect(statuses).toEqual([...Array(5).fill(401), ...Array(7).fill(429)])
        const basic = `Basic ${btoa(`adele:${password}`)}`
        const late = await caller.peek('POST', '/account/login', undefined, basic)
        expect(late.status).toBe(429)
        expect(Number(late.response.headers.get('retry-after'))).toBeGreaterThan(600)
        // Somebody else is not kept out.
        await signUp('frances')
        expect((await logIn('frances')).status).toBe(200)
      })

      it('are forgiven guesses by the password', async () => {
        await signUp('radia')
        for (let round = 0; round < 3; round++) {
          for (let i = 0; i < 3; i++) expect((await logIn('radia', 'wrong')).status).toBe(401)
          expect((await logIn('radia')).status).toBe(200)
        }
      })

      it('pass on a receipt by a link that cannot be changed', async () => {
        const { body: placed } = await buy(1, 1)
        const path = `/receipts/${placed.id}`
        expect((await call('POST', `${path}/link`)).status).toBe(401)
        const { token } = (await signUp('karen')).body
        const { status, body } = await call('POST', `${path}/link`, undefined, token)
        expect(status).toBe(201)
        expect((await caller.peek('GET', body.url)).text).toContain(`Order ${placed.id}`)
        const later = body.url.replace(/expires=\d+/, `expires=${2 ** 40}`)
        for (const url of [path, later, body.url.replace(placed.id, 'another')]) {
          expect((await caller.peek('GET', url)).status, url).toBe(403)
        }
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
          const { body: answer } = await call(
            method,
            path.replace(':id', '1'),
            undefined,
            ADMIN_TOKEN,
          )
          expect(JSON.stringify(answer)).not.toContain('no route for')
        }
      })

      it('answers 404 in JSON elsewhere', async () => {
        const { status, body } = await call('GET', '/nothing')
        expect(status).toBe(404)
        expect(body).toEqual({ error: 'no route for GET /nothing' })
      })
    })

    it('leaves every order shipped and counted', async () => {
      const orders = () =>
        shop.rows('SELECT cart_id, total_cents, status FROM orders ORDER BY rowid')
      const sales = () =>
        shop.rows(
          "SELECT pieces, total_cents FROM sales WHERE order_id LIKE '%-%' ORDER BY total_cents, pieces",
        )
      await expect
        .poll(async () => (await orders()).every((row) => (row as Row).status === 'shipped'), soon)
        .toBe(true)
      await expect.poll(async () => (await sales()).length, soon).toBe((await orders()).length)
      run.remains.push(...(await orders()), ...(await sales()))
    })
  })
  return run
}
