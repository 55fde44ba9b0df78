import type { Hono as HonoApp } from 'hono'
import { Hono } from 'hono'
import { streamSSE } from 'hono/streaming'

/** What every variant is given. */
export interface Bindings {
  /** Of the collector. */
  OTEL_EXPORTER_OTLP_ENDPOINT: string
  CACHE: KVNamespace
  DB: D1Database
  FILES: R2Bucket
}

export type App = HonoApp<{ Bindings: Bindings }>

/** Rounds of the CPU-bound handler: about a millisecond. */
const ROUNDS = 30_000

const DOWNLOAD_BYTES = 60_000_000
const DOWNLOAD_KEY = 'download'

/** The routes that are measured, on an app that may already be instrumented. */
export const addRoutes = (app: App): App => {
  app.get('/orders/:id', (c) =>
    c.json({ id: c.req.param('id'), status: 'paid', items: [{ sku: 'tea', quantity: 2 }] }),
  )
  app.get('/stock/:id', async (c) => {
    const id = c.req.param('id')
    const [hint, row] = await Promise.all([
      c.env.CACHE.get(`hint:${id}`),
      c.env.DB.prepare('SELECT ? AS id, 12 AS pieces').bind(id).first(),
    ])
    return c.json({ hint, ...row })
  })
  app.get('/events', (c) =>
    streamSSE(c, async (stream) => {
      for (let sent = 0; sent < 5; sent++) {
        await stream.writeSSE({ data: String(sent) })
      }
    }),
  )
  app.get('/stream', () => {
    const encoder = new TextEncoder()
    let sent = 0
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        controller.enqueue(encoder.encode(`data: ${sent}\n\n`))
        if (++sent === 5) controller.close()
      },
    })
    return new Response(body, { headers: { 'Content-Type': 'text/event-stream' } })
  })
  app.get('/download', async (c) => {
    const found = await c.env.FILES.get(DOWNLOAD_KEY)
    if (found) {
      return new Response(found.body)
    }
    // The first request of a warm-up puts it there.
    await c.env.FILES.put(DOWNLOAD_KEY, new Uint8Array(DOWNLOAD_BYTES))
    return c.text('ready', 201)
  })
  app.get('/cpu', (c) => {
    let hash = 0
    for (let round = 0; round < ROUNDS; round++) {
      hash = (hash * 31 + `${round}`.charCodeAt(0)) | 0
    }
    return c.json({ hash })
  })
  app.get('/boom', () => {
    throw new Error('declined')
  })
  app.onError((error, c) => c.json({ error: error.message }, 500))
  return app
}

export const newApp = (): App => new Hono<{ Bindings: Bindings }>()
