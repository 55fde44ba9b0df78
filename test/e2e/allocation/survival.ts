/**
 * Prints the bytes that a request leaves among what is old, in V8's words: what outlives two collections of what is
 * young, or was made there. Spans that wait for their batch do; requests, responses and contexts of Hono must not.
 *
 *   node --expose-gc --min-semi-space-size=8 --max-semi-space-size=8 --initial-old-space-size=512 survival.ts
 */
import { getHeapSpaceStatistics } from 'node:v8'
import { Hono } from 'hono'
import { observability } from '../../../src/index.ts'

const REQUESTS = 6000

const collect = (globalThis as { gc?: () => void }).gc
if (!collect) throw new Error('Cannot measure: start Node with --expose-gc')

const app = new Hono()
app.use(
  observability({
    service: { name: 'shop' },
    logs: false,
    otlp: { fetch: () => Promise.resolve(new Response('{}')) },
  }),
)
app.get('/orders/:id', (c) => c.json({ id: c.req.param('id') }))

const send = async (requests: number): Promise<void> => {
  for (let i = 0; i < requests; i++) {
    const response = await app.fetch(new Request('http://shop/orders/7'), {})
    await response.text()
    // A turn of its own for each, as in a server.
    await new Promise((resolve) => setImmediate(resolve))
  }
}

const oldBytes = (): number =>
  getHeapSpaceStatistics().find(({ space_name: name }) => name === 'old_space')?.space_used_size ??
  Number.NaN

await send(REQUESTS)
collect()
const before = oldBytes()
await send(REQUESTS)
process.stdout.write(String((oldBytes() - before) / REQUESTS))
process.exit(0)
