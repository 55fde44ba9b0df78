import { Hono } from 'hono'
import { log, observability } from 'hono-observability'

const app = new Hono()
app.use(
  observability({
    service: { name: 'tailed' },
    metrics: false,
    otlp: { batch: { maxLingerMs: 0 } },
  }),
)

/** Writes between others, so that the lines of requests that run at once are mixed on the console. */
const busy = async (ms: number): Promise<string> => {
  for (let i = 0; i < 3; i++) {
    log.info('at it')
    await new Promise((resolve) => setTimeout(resolve, ms))
  }
  return 'done'
}

for (const route of ['/a/:ms', '/b/:ms', '/c/:ms', '/d/:ms'] as const) {
  app.get(route, async (c) => c.text(await busy(Number(c.req.param('ms')))))
}

export default app
