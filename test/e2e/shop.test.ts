import { describe, expect, it } from 'vitest'
import { describeShop } from './shop/behaviour.ts'
import { Caller } from './shop/caller.ts'
import { onWorkerd } from './shop/running-shop.ts'
import { startShop } from './shop/start-shop.ts'

const instrumented = describeShop('instrumented', (vars) => onWorkerd(vars))
const plain = describeShop('plain', (vars) => onWorkerd(vars, 'plain'))

it('does the same in every exchange, with and without telemetry', () => {
  expect(instrumented.exchanges.length).toBeGreaterThan(60)
  expect(instrumented.exchanges).toEqual(plain.exchanges)
  expect(instrumented.remains.length).toBeGreaterThan(15)
  expect(instrumented.remains).toEqual(plain.remains)
})

describe('without its settings', () => {
  it('says that payments are off, and lets nobody in', async () => {
    const bare = await startShop({ OTEL_SDK_DISABLED: 'true', SESSION_SECRET: '' })
    try {
      const call: Caller['call'] = (...args) => caller.call(...args)
      const caller = new Caller(bare.url)
      await call('PUT', '/carts/ada', { items: [{ productId: 1, quantity: 1 }] })
      const order = await call('POST', '/orders', { cartId: 'ada' })
      expect(order.status).toBe(503)
      expect(order.text).toContain('UPSTREAM_URL')
      expect((await call('GET', '/admin/users/ada', undefined, 'undefined')).status).toBe(401)
      const account = { name: 'ada', password: 'correct horse battery staple' }
      const signUp = await call('POST', '/account/sign-up', account)
      expect(signUp.status).toBe(503)
      expect(signUp.text).toContain('SESSION_SECRET')
      expect((await call('GET', '/account', undefined, 'undefined')).status).toBe(503)
    } finally {
      await bare.stop()
    }
  })
})
