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

/** Links to documents that work for a while, for whoever has them. */
export const presignedUrls = counter('shop.presigned_urls', {
  unit: '{url}',
  description: 'Presigned URLs made.',
  integer: true,
  attributes: { operation: ['get'] },
})
