import { setTimeout as sleep } from 'node:timers/promises'

/** Somebody who does something again and again until it is stopped. */
export interface Customers {
  stop(): Promise<void>
}

const PRODUCTS = 7
const BROWSING_MS = 250
const ORDERING_MS = 700
const HEADERS = { 'content-type': 'application/json' }

async function order(url: string, number: number): Promise<void> {
  const cart = `game-day-${number % 50}`
  const items = [{ productId: (number % PRODUCTS) + 1, quantity: 1 }]
  const put = await fetch(`${url}/carts/${cart}`, {
    method: 'PUT',
    headers: HEADERS,
    body: JSON.stringify({ items }),
  })
  await put.body?.cancel()
  const body = JSON.stringify({ cartId: cart })
  const placed = await fetch(`${url}/orders`, { method: 'POST', headers: HEADERS, body })
  await placed.body?.cancel()
}

/**
 * Sends some seven requests a second, of which one or two are orders, and asks for the shop's health as often as a probe of
 * each minute would. Nobody waits for anybody.
 */
export function startCustomers(url: string, probeMs: number): Customers {
  const stopped = new AbortController()
  const underWay = new Set<Promise<void>>()
  const again = async (everyMs: number, what: (number: number) => Promise<void>): Promise<void> => {
    for (let number = 0; !stopped.signal.aborted; number++) {
      const one = what(number).catch(() => {})
      underWay.add(one)
      one.finally(() => underWay.delete(one))
      await sleep(everyMs, undefined, { signal: stopped.signal }).catch(() => {})
    }
  }
  const look = async (path: string): Promise<void> => {
    await (await fetch(`${url}${path}`)).body?.cancel()
  }
  const all = [
    again(BROWSING_MS, (number) =>
      look(number % 3 ? `/products/${(number % PRODUCTS) + 1}` : '/products'),
    ),
    again(ORDERING_MS, (number) => order(url, number)),
    again(probeMs, () => look('/health')),
  ]
  return {
    async stop() {
      stopped.abort()
      await Promise.all([...all, ...underWay])
    },
  }
}
