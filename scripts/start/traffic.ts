import { CLOSE_OF_DAY } from './close-day.ts'

export interface TrafficOptions {
  baseUrl: string
  adminToken: string
  /** Has the shop close a day, as its timetable does. Rejects if that fails. */
  closeDay: (time: Date, signal: AbortSignal) => Promise<void>
  /** Called after each request with what its trace will say: method, path and status, or the trigger. */
  onSent: (request: string) => void
  signal: AbortSignal
}

const REQUEST_TIMEOUT_MS = 15_000

/**
 * Sends one request of every kind that the shop knows, one after the other, and has it close the day.
 *
 * @throws Error if the shop answers one with a status other than expected.
 */
export async function sendTraffic(options: TrafficOptions): Promise<void> {
  const { baseUrl, adminToken, closeDay, onSent, signal } = options

  const send = async (
    method: string,
    path: string,
    status: number,
    { json, token, basic }: { json?: unknown; token?: string; basic?: string } = {},
  ): Promise<string> => {
    const headers = new Headers()
    if (json !== undefined) headers.set('content-type', 'application/json')
    if (token !== undefined) headers.set('authorization', `Bearer ${token}`)
    if (basic !== undefined) headers.set('authorization', `Basic ${btoa(basic)}`)
    const response = await fetch(baseUrl + path, {
      method,
      headers,
      body: json === undefined ? null : JSON.stringify(json),
      signal: AbortSignal.any([signal, AbortSignal.timeout(REQUEST_TIMEOUT_MS)]),
    })
    const text = await response.text()
    if (response.status !== status) {
      throw new Error(`${method} ${path} answered ${response.status}, expected ${status}: ${text}`)
    }
    onSent(`${method} ${path.split('?')[0]} ${status}`)
    return text
  }

  /** A new customer, who mistypes the password once, and passes on the receipt of an order. */
  const logIn = async (orderId: string): Promise<void> => {
    const name = `ada-${crypto.randomUUID().slice(0, 8)}`
    const password = 'correct horse battery staple'
    await send('POST', '/account/sign-up', 201, { json: { name, password } })
    await send('GET', '/account', 401)
    await send('POST', '/account/login', 401, { basic: `${name}:${password}s` })
    const login = await send('POST', '/account/login', 200, { basic: `${name}:${password}` })
    const { token } = JSON.parse(login) as { token: string }
    await send('GET', '/account', 200, { token })
    const link = await send('POST', `/receipts/${orderId}/link`, 201, { token })
    await send('GET', (JSON.parse(link) as { url: string }).url, 200)
  }

  await send('GET', '/products', 200)
  await send('GET', '/api/v1/products/3', 200)
  const items = [
    { productId: 1, quantity: 2 },
    { productId: 5, quantity: 12 },
  ]
  await send('PUT', '/carts/ada', 200, { json: { items } })
  const order = await send('POST', '/orders', 201, { json: { cartId: 'ada' } })
  const { id } = JSON.parse(order) as { id: string }
  await send('GET', `/orders/${id}`, 200)
  await send('GET', `/orders/${id}/receipt`, 200)
  await logIn(id)
  await send('POST', '/orders', 400, { json: { cart: 'ada' } })
  await send('GET', '/nothing-here?token=secret', 404)
  await send('GET', '/admin/users/ada', 401)
  await send('GET', '/admin/users/ada', 200, { token: adminToken })
  const now = new Date()
  await closeDay(now, AbortSignal.any([signal, AbortSignal.timeout(REQUEST_TIMEOUT_MS)]))
  onSent(`scheduled ${CLOSE_OF_DAY}`)
  await send('GET', `/admin/reports/${now.toISOString().slice(0, 10)}`, 200, { token: adminToken })
  await send('GET', '/boom', 500)
  await send('GET', '/boom/string', 500)
  await send('GET', '/events', 200)
}

/** Of the requests that were sent, those whose trace has not been seen, each as often as it lacks. */
export function missingTraces(sent: readonly string[], seen: readonly string[]): string[] {
  const left = [...seen]
  return sent.filter((request) => {
    const index = left.indexOf(request)
    if (index >= 0) left.splice(index, 1)
    return index < 0
  })
}
