import { Hono } from 'hono'

/** What every variant is given. */
export interface Bindings {
  /** Of the collector. */
  OTEL_EXPORTER_OTLP_ENDPOINT: string
}

/** The routes that are measured, on an app that may already be instrumented. */
export const addRoutes = <App extends Hono<{ Bindings: Bindings }>>(app: App): App => {
  app.get('/orders/:id', (c) =>
    c.json({ id: c.req.param('id'), status: 'paid', items: [{ sku: 'tea', quantity: 2 }] }),
  )
  app.get('/events', () => {
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
  app.get('/boom', () => {
    throw new Error('declined')
  })
  app.onError((error, c) => c.json({ error: error.message }, 500))
  return app
}

export const newApp = (): Hono<{ Bindings: Bindings }> => new Hono<{ Bindings: Bindings }>()
