import { counter, histogram } from 'hono-observability'

/** Orders that were paid for. */
export const ordersPlaced = counter('shop.orders', {
  unit: '{order}',
  description: 'Orders placed.',
  integer: true,
})

/** What they came to. */
export const orderValue = histogram('shop.order.value', {
  unit: 'EUR',
  description: 'Value of the orders placed.',
  boundaries: [10, 20, 50, 100, 200, 500],
})
