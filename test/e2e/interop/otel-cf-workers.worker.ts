import { instrument, instrumentDO } from '@microlabs/otel-cf-workers'
import { trace } from '@opentelemetry/api'
import { Hono } from 'hono'
import {
  type ObservabilityOptions,
  type ObservabilityVariables,
  observability,
} from 'hono-observability'
import { healthRoutes } from 'hono-observability/health'
import { traceConfig } from 'hono-observability/otel-cf-workers'

interface Env {
  CACHE: {
    get(key: string): Promise<string | null>
    put(key: string, value: string): Promise<void>
  }
  COUNTER: { getByName(name: string): { fetch(url: string): Promise<Response> } }
}

interface ObjectState {
  storage: { setAlarm(atMs: number): Promise<void> }
}

const options: ObservabilityOptions = {
  service: { name: 'shop' },
  logs: { otlp: true },
}
const app = new Hono<{ Bindings: Env; Variables: ObservabilityVariables }>()
app.use(observability(options))
app.route('/', healthRoutes())
app.onError((_error, c) => c.text('sorry', 500))
app.get('/orders/:id', async (c) => {
  await c.env.CACHE.put('a', '1')
  await c.env.CACHE.get('a')
  c.var.log.info('order read')
  return c.json({ id: c.req.param('id') })
})
app.get('/plain', (c) => c.text('ok'))
app.get('/boom', () => {
  throw new RangeError('no such thing, card 4111 1111 1111 1111')
})
app.get('/open', (c) => {
  trace.getTracer('app').startSpan('never ended').setAttribute('app.step', 1)
  return c.text('ok')
})
app.get('/late', (c) => {
  const span = trace.getTracer('app').startSpan('late')
  c.executionCtx.waitUntil(
    new Promise<void>((resolve) => {
      setTimeout(() => {
        span.end()
        resolve()
      }, 100)
    }),
  )
  return c.text('ok')
})
app.get('/call', async (c) => {
  const response = await fetch(String(c.req.query('url')))
  return c.text(await response.text())
})
app.get('/object', async (c) => c.env.COUNTER.getByName('a').fetch('http://object/count'))

export const Counter: unknown = instrumentDO(
  class {
    readonly #state: ObjectState
    constructor(state: ObjectState) {
      this.#state = state
    }
    async fetch(): Promise<Response> {
      await this.#state.storage.setAlarm(Date.now() + 1500)
      return new Response('1')
    }
    alarm(): void {
      trace.getTracer('app').startActiveSpan('in the object', (span) => span.end())
    }
  },
  traceConfig(options),
)

export default instrument(
  {
    fetch: (request: Request, env: Env, ctx: never) => app.fetch(request, env, ctx),
    scheduled: async (_event: unknown, env: Env) => {
      await env.CACHE.get('tick')
    },
  },
  traceConfig(options),
)
