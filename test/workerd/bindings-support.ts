import { createExecutionContext, waitOnExecutionContext } from 'cloudflare:test'
import { metrics } from '@opentelemetry/api'
import { type Context, Hono } from 'hono'
import { type ObservabilityOptions, observability } from 'hono-observability'
import { type BindingsOptions, bindings } from 'hono-observability/bindings'
import { Capture, type ExportedSpan } from './support.ts'

export interface Outcome<T> {
  capture: Capture
  /** What the handler returned or threw. */
  value: T | undefined
  error: unknown
  /** Spans of bindings, in the order in which they ended. */
  spans: ExportedSpan[]
}

/** Runs `handler` in a traced request whose environment is instrumented. */
export const inRequest = async <Env extends object, T>(
  env: Env,
  handler: (env: Env, c: Context) => T | Promise<T>,
  options?: BindingsOptions,
  more?: ObservabilityOptions,
): Promise<Outcome<T>> => {
  // Each test has its own pipeline, and the first meter provider in an isolate stays.
  metrics.disable()
  const capture = new Capture()
  const app = new Hono<{ Bindings: Env }>()
  const instrumentation = bindings(options)
  let value: T | undefined
  let error: unknown
  app.use(observability(capture.options(more)))
  app.use((c, next) => {
    c.env = instrumentation.wrap(c.env)
    return next()
  })
  app.get('/', async (c) => {
    try {
      value = await handler(c.env, c)
    } catch (thrown) {
      error = thrown
    }
    return c.text('ok')
  })
  const ctx = createExecutionContext()
  await (await app.fetch(new Request('http://shop.test/'), env, ctx)).text()
  await waitOnExecutionContext(ctx)
  const spans = capture.spans.filter(({ kind }) => kind !== 2)
  const server = capture.spans.find(({ kind }) => kind === 2)
  for (const span of spans) {
    if (span.parentSpanId !== server?.spanId || span.traceId !== server?.traceId) {
      throw new Error(`Not a child of the server span: ${span.name}`)
    }
  }
  return { capture, value, error, spans }
}
