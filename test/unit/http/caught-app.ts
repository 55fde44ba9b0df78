import { Hono } from 'hono'
import { type ObservabilityOptions, observability } from 'hono-observability'

interface CaughtSpan {
  name: string
  attributes: Record<string, unknown>
}

type Wire = { key: string; value: Record<string, unknown> }[]

const toObject = (list: Wire): Record<string, unknown> =>
  Object.fromEntries(list.map(({ key, value }) => [key, Object.values(value)[0]]))

/** An app under the middleware, with a `waitUntil`, whose spans and log lines are caught. */
export const caughtApp = (options: ObservabilityOptions, routes: (app: Hono) => void) => {
  const bodies: string[] = []
  const lines: Record<string, unknown>[] = []
  const pending: Promise<unknown>[] = []
  const app = new Hono()
  app.use(
    observability({
      metrics: false,
      logs: { console: (line) => void lines.push(JSON.parse(line)) },
      ...options,
      otlp: {
        batch: { maxLingerMs: 0 },
        fetch: async (_url, { body }) => {
          bodies.push(String(body))
          return new Response('{}')
        },
      },
    }),
  )
  routes(app)
  return {
    app,
    lines,
    pending,
    send: async (path: string, init?: RequestInit): Promise<Response> =>
      app.fetch(new Request(`http://shop.test${path}`, init), {}, {
        waitUntil: (work: Promise<unknown>) => void pending.push(work),
      } as never),
    /** Those that have left. */
    get spans(): CaughtSpan[] {
      return bodies
        .flatMap((body) => JSON.parse(body).resourceSpans)
        .flatMap(({ scopeSpans }) => scopeSpans)
        .flatMap(({ spans }) => spans as { name: string; attributes: Wire }[])
        .map(({ name, attributes }) => ({ name, attributes: toObject(attributes) }))
    },
  }
}
