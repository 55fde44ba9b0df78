import { describe, expect, it } from 'vitest'
import { receipt } from '../../../examples/shop/src/receipt.ts'

const order = { id: '7', cartId: 'ada', paymentId: 'pay_1' }

describe('receipt', () => {
  it('adds up what was bought, line by line', () => {
    const lines = [
      { productId: 1, quantity: 2, priceCents: 900 },
      { productId: 5, quantity: 12, priceCents: 990 },
    ]
    expect(receipt({ ...order, lines, totalCents: 13_680 })).toBe(
      [
        'Order 7',
        '2 × product 1                18.00 EUR',
        '12 × product 5              118.80 EUR',
        'Total                       136.80 EUR',
        'Paid: pay_1',
        '',
      ].join('\n'),
    )
  })

  it('writes cents with two digits', () => {
    const lines = [{ productId: 4, quantity: 1, priceCents: 5 }]
    expect(receipt({ ...order, lines, totalCents: 5 })).toContain(
      'Total                         0.05 EUR',
    )
  })
})
