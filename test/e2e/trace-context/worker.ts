import { Hono } from 'hono'
import { type ObservabilityVariables, observability } from 'hono-observability'

interface Action {
  url: string
  arguments: unknown
}

const app = new Hono<{ Variables: ObservabilityVariables }>()

app.use(
  observability({
    service: { name: 'trace-context' },
    // The harness plays every part, so it is a third party too: it looks for its tracestate.
    traces: { fetch: true, propagateTo: ['*'] },
  }),
)

app.post('/trace-context', async (c) => {
  for (const action of await c.req.json<Action[]>()) {
    const response = await fetch(action.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(action.arguments),
    })
    await response.text()
  }
  return c.body(null, 204)
})

export default app
