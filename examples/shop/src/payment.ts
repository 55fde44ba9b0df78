import { HTTPException } from 'hono/http-exception'

const TIMEOUT_MS = 5000

interface Payment {
  paymentId: string
}

/** Charges an order at the payment service and returns the payment's id. */
export async function pay(
  baseUrl: string | undefined,
  orderId: string,
  amountCents: number,
): Promise<string> {
  if (!baseUrl) {
    throw new HTTPException(503, {
      message: 'payments are off: set UPSTREAM_URL to the payment service (`npm start` does)',
    })
  }
  const response = await fetch(new URL('/payments', baseUrl), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ orderId, amountCents, currency: 'EUR' }),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  }).catch((cause: unknown) => {
    throw new HTTPException(502, { message: 'the payment service did not answer', cause })
  })
  if (response.ok) return (await response.json<Payment>()).paymentId
  await response.body?.cancel()
  if (response.status === 402) throw new HTTPException(402, { message: 'the payment was declined' })
  throw new HTTPException(502, { message: `the payment service answered ${response.status}` })
}
