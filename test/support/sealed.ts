import { createHmac } from 'node:crypto'

const KEY = 'hono-observability:context'

/** An object as a producer with this secret would send it, signed by Node instead of by our code. */
export const sealedWith = (
  secret: string,
  channel: 'queue' | 'workflow',
  traceparent: string,
  value: object,
): Record<string, unknown> => {
  const carrier = { traceparent }
  const signed = `hono-observability ${channel}\n${JSON.stringify(carrier)}\n${JSON.stringify(value)}`
  const mac = createHmac('sha256', secret).update(signed).digest('hex')
  const own = Object.hasOwn(value, KEY) ? { own: (value as Record<string, unknown>)[KEY] } : {}
  return { ...value, [KEY]: { carrier, mac, ...own } }
}
