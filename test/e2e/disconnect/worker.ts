import { Hono } from 'hono'
import { streamSSE } from 'hono/streaming'
import { observability } from 'hono-observability'

const app = new Hono()

app.use(observability({ service: { name: 'disconnect' }, metrics: false, logs: false }))

app.get('/ticks', (c) =>
  streamSSE(c, async (stream) => {
    for (let i = 0; i < 100; i++) {
      await stream.writeSSE({ data: String(i) })
      await stream.sleep(100)
    }
  }),
)

app.get('/slow', async (c) => {
  await new Promise((resolve) => setTimeout(resolve, 500))
  return c.text('late')
})

export default app
