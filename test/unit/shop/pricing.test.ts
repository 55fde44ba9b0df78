import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { price } from '../../../examples/shop/src/pricing.ts'

const cup = { id: 1, name: 'Cup', priceCents: 900 }
const kettle = { id: 2, name: 'Kettle', priceCents: 5455 }

describe('price', () => {
  it('adds up quantities at list price', () => {
    const items = [
      { productId: 1, quantity: 2 },
      { productId: 2, quantity: 1 },
    ]
    expect(price(items, [cup, kettle])).toEqual({
      lines: [
        { productId: 1, quantity: 2, priceCents: 900 },
        { productId: 2, quantity: 1, priceCents: 5455 },
      ],
      totalCents: 7255,
    })
  })

  it('takes 10 % off from ten of one product on, in whole cents', () => {
    expect(price([{ productId: 2, quantity: 9 }], [kettle])?.totalCents).toBe(9 * 5455)
    expect(price([{ productId: 2, quantity: 10 }], [kettle])?.totalCents).toBe(10 * 4910)
  })

  it('prices nothing when a product is gone', () => {
    expect(price([{ productId: 3, quantity: 1 }], [cup])).toBeUndefined()
  })

  it('has a total that is the sum of its lines', () => {
    const item = fc.record({
      productId: fc.constantFrom(1, 2),
      quantity: fc.integer({ min: 1, max: 100 }),
    })
    fc.assert(
      fc.property(fc.array(item), (items) => {
        const order = price(items, [cup, kettle])
        const sum = order?.lines.reduce((total, line) => total + line.priceCents * line.quantity, 0)
        expect(order?.totalCents).toBe(sum)
      }),
    )
  })
})
