/**
 * Prints the bytes that Node allocates for one request, of the app as it is and observed. With a young generation that
 * holds all requests of a round, what the heap grows by is what was allocated: the same on a busy machine.
 *
 *   node --expose-gc --min-semi-space-size=256 --max-semi-space-size=256 measure.ts
 */
import { Hono } from 'hono'
import { type ObservabilityOptions, observability } from '../../../src/index.ts'

const REQUESTS = 2000
const WARM_UP = 5000
const ROUNDS = 7

const collect = (globalThis as { gc?: () => void }).gc
if (!collect) throw new Error('Cannot measure: start Node with --expose-gc')

const answer = (): Promise<Response> =>
  Promise.resolve(new Response('{}', { headers: { 'Content-Type': 'application/json' } }))

const appOf = (options?: ObservabilityOptions): Hono => {
  const app = new Hono()
  if (options) {
    app.use(
      observability({
        service: { name: 'shop' },
        // What is allocated to send belongs to the request as well.
        otlp: { fetch: answer },
        ...options,
      }),
    )
  }
  app.get('/orders/:id', (c) => c.json({ id: c.req.param('id') }))
  return app
}

const executionCtx = {
  waitUntil() {},
  passThroughOnException() {},
  props: {},
}

const send = async (app: Hono, requests: number): Promise<void> => {
  for (let i = 0; i < requests; i++) {
    const response = await app.fetch(new Request('http://shop/orders/7'), {}, executionCtx)
    await response.body?.cancel()
    // Lets batches leave.
    if (i % 100 === 0) await new Promise((resolve) => setTimeout(resolve, 1))
  }
}

const bytesOf = async (app: Hono): Promise<number> => {
  await send(app, WARM_UP)
  const rounds: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    collect()
    const before = process.memoryUsage().heapUsed
    await send(app, REQUESTS)
    rounds.push((process.memoryUsage().heapUsed - before) / REQUESTS)
  }
  return rounds.sort((a, b) => a - b)[Math.floor(ROUNDS / 2)] ?? Number.NaN
}

const bare = await bytesOf(appOf())
const added = async (options: ObservabilityOptions): Promise<number> =>
  (await bytesOf(appOf(options))) - bare

// The lines of the log are made, and not written.
for (const method of ['debug', 'info', 'log'] as const) console[method] = () => {}

process.stdout.write(
  JSON.stringify({
    bare,
    traces: await added({ metrics: false, logs: false }),
    tracesAndMetrics: await added({ logs: false }),
    all: await added({}),
    unsampled: await added({ traces: { ratio: 0 }, metrics: false, logs: false }),
  }),
)
process.exit(0)
