/** An app that is asked many times within one invocation, and says what each request called of the runtime. */
// Before what may keep a function of the runtime.
import './count.ts'
import { type Context, Hono } from 'hono'
import { streamSSE } from 'hono/streaming'
import { observability } from 'hono-observability'
import { bindings } from 'hono-observability/bindings'
import { calls, countAll } from './count.ts'

interface Env {
  VARIANT: 'bare' | 'traces and metrics' | 'with logs'
  CACHE: { get(key: string): Promise<string | null> }
}

const EVENTS = 5

const appOf = (variant: Env['VARIANT']): Hono<{ Bindings: Env }> => {
  const app = new Hono<{ Bindings: Env }>()
  if (variant !== 'bare') {
    app.use(
      observability({
        service: { name: 'shop' },
        bindings: bindings(),
        ...(variant === 'traces and metrics' && { logs: false }),
      }),
    )
  } else {
    app.use((_, next) => next())
  }
  app.get('/json/:id', (c) => c.json({ id: c.req.param('id') }))
  app.get('/kv/:id', async (c) => c.json({ found: await c.env.CACHE.get(c.req.param('id')) }))
  app.get('/events', (c) =>
    streamSSE(c, async (stream) => {
      for (let event = 0; event < EVENTS; event++) await stream.writeSSE({ data: String(event) })
    }),
  )
  app.get('/stream', () => {
    const chunk = new Uint8Array([65])
    let sent = 0
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        controller.enqueue(chunk)
        if (++sent === EVENTS) controller.close()
      },
    })
    return new Response(body)
  })
  app.get('/boom', () => {
    throw new Error('declined')
  })
  app.onError((_, c: Context) => c.text('sorry', 500))
  return app
}

const WARM_UP = 20
const TIMES = 21

let app: Hono<{ Bindings: Env }> | undefined

export default {
  async fetch(request: Request, env: Env, ctx: Context['executionCtx']): Promise<Response> {
    if (!app) {
      app = appOf(env.VARIANT)
      countAll('ctx', Object.getPrototypeOf(ctx))
      countAll('KV', Object.getPrototypeOf(env.CACHE))
    }
    const { url } = request
    const seen: Record<string, number>[] = []
    for (let time = 0; time < WARM_UP + TIMES; time++) {
      const asked = new Request(url)
      calls.clear()
      const response = await app.fetch(asked, env, ctx)
      await response.arrayBuffer()
      if (time >= WARM_UP) seen.push(Object.fromEntries(calls))
    }
    return Response.json(seen)
  },
}
