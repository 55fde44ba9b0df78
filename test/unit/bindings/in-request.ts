import { metrics, SpanKind } from '@opentelemetry/api'
import { Hono } from 'hono'
import {
  collectMetrics,
  type ObservabilityOptions,
  observability,
  type ReadableSpan,
} from 'hono-observability'
import { type BindingsOptions, bindings } from 'hono-observability/bindings'
import { vi } from 'vitest'

interface Point {
  attributes: Record<string, unknown>
  count: number
  sum: number
  value: number
}

export interface InRequest<T> {
  /** What the handler returned or threw. */
  value: T | undefined
  error: unknown
  /** Spans but the request's own, in the order in which they ended so far. */
  spans: ReadableSpan[]
  /** Lines of the log but the access line, as JSON. */
  lines: Record<string, unknown>[]
  points(name: string): Promise<Point[]>
  /** What was handed to `waitUntil`. */
  waiting: Promise<unknown>[]
}

/** Runs `handler` in a traced request, with the bindings of `env` instrumented. */
export const inRequest = async <Env extends object, T>(
  env: Env,
  handler: (env: Env) => T | Promise<T>,
  bindingsOptions?: BindingsOptions,
  more?: ObservabilityOptions,
): Promise<InRequest<T>> => {
  // Each test has its own pipeline, and the first meter provider stays.
  metrics.disable()
  const spans: ReadableSpan[] = []
  const lines: Record<string, unknown>[] = []
  const waiting: Promise<unknown>[] = []
  const options: ObservabilityOptions = {
    metrics: { temporality: 'cumulative' },
    otlp: { batch: { maxLingerMs: 0 }, fetch: async () => Response.json({}) },
    logs: { access: false },
    traces: {
      processors: [
        {
          onStart: () => {},
          onEnd(span: ReadableSpan) {
            if (span.kind !== SpanKind.SERVER) {
              spans.push(span)
            }
          },
          forceFlush: async () => {},
          shutdown: async () => {},
        },
      ],
    },
    bindings: bindings(bindingsOptions),
    ...more,
  }
  for (const method of ['debug', 'log', 'info', 'warn', 'error'] as const) {
    vi.spyOn(console, method).mockImplementation((line: unknown) => {
      if (typeof line === 'string' && line.startsWith('{')) {
        lines.push(JSON.parse(line))
      }
    })
  }
  let value: T | undefined
  let error: unknown
  const app = new Hono<{ Bindings: Env }>()
  app.use(observability(options))
  app.get('/', async (c) => {
    try {
      value = await handler(c.env)
    } catch (thrown) {
      error = thrown
    }
    return c.text('ok')
  })
  const ctx = {
    waitUntil: (promise: Promise<unknown>) => void waiting.push(promise),
    passThroughOnException: () => {},
    props: {},
  }
  const response = await app.request('/', {}, env, ctx as never)
  await response.text()
  return {
    value,
    error,
    spans,
    lines,
    waiting,
    points: async (name) =>
      (await collectMetrics(options))
        .flatMap((collected) => collected.metrics)
        .filter((metric) => metric.name === name)
        .flatMap(({ points }) => points as unknown as Point[]),
  }
}
