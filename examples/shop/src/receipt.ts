import type { NewOrder } from './model.ts'

/** Where the receipt of an order is kept. */
export const receiptName = (orderId: string): string => `receipts/${orderId}.txt`

const euros = (cents: number): string => `${(cents / 100).toFixed(2)} EUR`.padStart(14)

/** What the customer gets on paper. */
export function receipt({ id, lines, totalCents, paymentId }: NewOrder): string {
  const rows = lines.map(({ productId, quantity, priceCents }) => [
    `${quantity} × product ${productId}`,
    euros(quantity * priceCents),
  ])
  rows.push(['Total', euros(totalCents)])
  return [
    `Order ${id}`,
    ...rows.map(([what = '', sum = '']) => `${what.padEnd(24)}${sum}`),
    `Paid: ${paymentId}`,
    '',
  ].join('\n')
}
