import { Hono } from 'hono'
import { env } from 'hono/adapter'
import { HTTPException } from 'hono/http-exception'
import { stream } from 'hono/streaming'
import { custom, healthRoutes } from '../../../src/entries/health.ts'
import { hostResource, processMetrics } from '../../../src/entries/process.ts'
import {
  callSite,
  log,
  type ObservabilityVariables,
  observability,
  withSpan,
} from '../../../src/index.ts'

interface Variables extends ObservabilityVariables {
  unused?: never
}

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** The same app on every runtime. */
export const app = new Hono<{ Variables: Variables }>()

app.use(
  observability({
    service: { name: 'everywhere' },
    resource: hostResource(),
    traces: { fetch: true },
    logs: { caller: callSite },
  }),
)
app.use(processMetrics())
app.route('/', healthRoutes({ checks: { self: custom(() => ({ observedValue: 1 })) } }))

app.get('/orders/:id', async (c) => {
  const id = c.req.param('id')
  const price = await withSpan('price', async (span) => {
    span.setAttribute('order.id', id)
    await sleep(5)
    log.info('priced', { 'order.id': id })
    return 7
  })
  return c.json({ id, price })
})

app.get('/fails', () => {
  throw new RangeError('out of range')
})

const failing = (): Error => {
  const error = new RangeError('nobody throws it')
  // A function that ends with the error has no frame on Bun, which calls the last thing in its place.
  return Object.assign(error, { code: 'NOBODY' })
}

app.get('/sites', (c) => {
  log.info('called')
  log.info(failing(), 'failed')
  return c.text('ok')
})

app.get('/denied', () => {
  throw new HTTPException(403, { message: 'no' })
})

app.get('/upstream', async (c) => {
  const { TARGET_URL } = env<{ TARGET_URL: string }>(c)
  const response = await fetch(TARGET_URL)
  return c.text(await response.text())
})

const streamOf = (chunks: number, isBroken: boolean): Response => {
  let sent = 0
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      await sleep(40)
      if (sent < chunks) {
        controller.enqueue(new TextEncoder().encode(`{"chunk":${sent++}}\n`))
      } else if (isBroken) {
        controller.error(new TypeError('source broke'))
      } else {
        controller.close()
      }
    },
  })
  return new Response(body, { headers: { 'Content-Type': 'application/x-ndjson' } })
}

app.get('/stream', () => streamOf(5, false))
app.get('/waiting-stream', (c) =>
  stream(c, async (to) => {
    await sleep(100)
    await to.write('waited ')
    await sleep(100)
    await to.write('twice')
  }),
)
app.get('/broken-stream', () => streamOf(2, true))

/** Keeps the event loop from turning, and leaves garbage. */
app.get('/busy/:ms', (c) => {
  const kept: unknown[] = []
  const endMs = Date.now() + Number(c.req.param('ms'))
  for (let i = 0; Date.now() < endMs; i++) kept[i % 1000] = { i: [i, String(i)] }
  return c.json({ kept: kept.length })
})

let held = 0
/** Answers half a second, or `ms`, after as many requests as it is told are here. */
app.get('/held/:count', async (c) => {
  const count = Number(c.req.param('count'))
  held++
  if (held === count) {
    console.log('all in flight')
  }
  while (held < count) {
    await sleep(10)
  }
  await sleep(Number(c.req.query('ms') ?? 500))
  return c.json({ held })
})
