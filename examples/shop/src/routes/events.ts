import { Hono } from 'hono'
import { streamSSE } from 'hono/streaming'
import type { AppEnv } from '../env.ts'

export const events = new Hono<AppEnv>()

const STATUSES = ['received', 'paid', 'packed', 'shipped', 'delivered']
const TICK_MS = 100

/** An order's way to the customer, told in half a second. */
events.get('/', (c) =>
  streamSSE(c, async (stream) => {
    for (const [index, status] of STATUSES.entries()) {
      await stream.writeSSE({
        id: String(index),
        event: 'status',
        data: JSON.stringify({ status }),
      })
      await stream.sleep(TICK_MS)
    }
  }),
)
