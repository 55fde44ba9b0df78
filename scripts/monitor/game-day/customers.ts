import { setTimeout as sleep } from 'node:timers/promises'

/** Somebody who does something again and again until it is stopped. */
export interface Customers {
  stop(): Promise<void>
}

const PRODUCTS = 7
/** So many look at products, and so many order, within a minute of production. */
const BROWSING = 12
const ORDERING = 4
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
 * Sends what comes within each minute of production, so that a faster world has as much of it in each window, and one
 * probe of the shop's health. Nobody waits for anybody.
 */
export function startCustomers(url: string, minuteMs: number): Customers {
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
    again(minuteMs / BROWSING, (number) =>
      look(number % 3 ? `/products/${(number % PRODUCTS) + 1}` : '/products'),
    ),
    again(minuteMs / ORDERING, (number) => order(url, number)),
    again(minuteMs, () => look('/health')),
  ]
  return {
    async stop() {
      stopped.abort()
      await Promise.all([...all, ...underWay])
    },
  }
}
