import { metrics, SpanKind } from '@opentelemetry/api'
import { Hono } from 'hono'
import {
  collectMetrics,
  instrument,
  type ObservabilityOptions,
  observability,
  type ReadableSpan,
} from 'hono-observability'
import { type BindingsOptions, bindings } from 'hono-observability/bindings'
import { vi } from 'vitest'

interface Point {
  attributes: Record<string, unknown>
  value: number
}

type Line = Record<string, unknown>

export interface InApp {
  /** Answers by the app. */
  ask(path: string, init?: RequestInit): Promise<Response>
  /** Calls a handler beside `fetch`. */
  run(handler: 'queue' | 'scheduled', event: unknown): Promise<unknown>
  /** Those of requests and events. */
  spans: ReadableSpan[]
  lines(logger: string): Line[]
  /** Of all metrics whose names begin so, as `name → attributes → value`. */
  points(prefix: string): Promise<[name: string, value: number, attributes: Line][]>
  /** Waits for what was handed to `waitUntil`. */
  settle(): Promise<void>
}

/** An app whose bindings are counted. */
export const inApp = <Env extends object>(
  env: Env,
  bindingsOptions: BindingsOptions,
  routes: (app: Hono<{ Bindings: Env }>) => object | undefined,
  more: ObservabilityOptions = {},
): InApp => {
  // Each test has its own pipeline, and the first meter provider stays.
  metrics.disable()
  const spans: ReadableSpan[] = []
  const all: Line[] = []
  const waiting: Promise<unknown>[] = []
  const options: ObservabilityOptions = {
    metrics: { temporality: 'cumulative' },
    otlp: { batch: { maxLingerMs: 0 }, fetch: async () => Response.json({}) },
    traces: {
      processors: [
        {
          onStart: () => {},
          onEnd(span: ReadableSpan) {
            if (span.kind !== SpanKind.CLIENT && span.kind !== SpanKind.PRODUCER) {
              spans.push(span)
            }
          },
          forceFlush: async () => {},
          shutdown: async () => {},
        },
      ],
    },
    ...more,
    bindings: bindings(bindingsOptions),
  }
  for (const method of ['debug', 'log', 'info', 'warn', 'error'] as const) {
    vi.spyOn(console, method).mockImplementation((line: unknown) => {
      if (typeof line === 'string' && line.startsWith('{')) {
        all.push(JSON.parse(line))
      }
    })
  }
  const ctx = {
    waitUntil: (promise: Promise<unknown>) => void waiting.push(promise),
    passThroughOnException: () => {},
    props: {},
  }
  const app = new Hono<{ Bindings: Env }>()
  app.use(observability(options))
  const handlers = routes(app) ?? {}
  const worker = instrument({ fetch: app.fetch, ...handlers }, options) as unknown as Record<
    string,
    (...args: unknown[]) => Promise<unknown>
  >
  return {
    spans,
    async ask(path, init) {
      const response = (await worker.fetch?.(
        new Request(`http://shop.test${path}`, init),
        env,
        ctx,
      )) as Response
      await response.clone().text()
      return response
    },
    run: async (handler, event) => worker[handler]?.(event, env, ctx),
    lines: (logger) => all.filter((line) => line.logger === logger),
    async settle() {
      while (waiting.length) {
        await Promise.all(waiting.splice(0))
      }
    },
    points: async (prefix) =>
      (await collectMetrics(options))
        .flatMap((collected) => collected.metrics)
        .filter(({ name }) => name.startsWith(prefix))
        .flatMap(({ name, points }) =>
          (points as unknown as Point[]).map(({ value, attributes }): [string, number, Line] => [
            name,
            value,
            attributes,
          ]),
        ),
  }
}

const meta = (read: number, written = 0) => ({ rows_read: read, rows_written: written })

/** A database whose statements say by their text what they read: `READ 5 RETURN 2`. */
export const database = () => {
  const statement = (text: string) => {
    const [read = 0, returned = 0] = (text.match(/\d+/g) ?? []).map(Number)
    const rows = Array.from({ length: returned }, (_, id) => ({ id }))
    const answer = { success: true, results: rows, meta: meta(read, /INSERT/.test(text) ? 1 : 0) }
    const made = {
      bind: () => made,
      all: async () => answer,
      run: async () => answer,
      first: async () => rows[0] ?? null,
      raw: async () => rows.map(({ id }) => [id]),
    }
    return made
  }
  return {
    prepare: statement,
    batch: async (list: { all(): Promise<unknown> }[]) =>
      Promise.all(list.map((each) => each.all())),
    exec: async (text: string) => ({ count: text.split('\n').length, duration: 1 }),
  }
}

export const keyValues = () => ({
  get: async (key: string | string[]) =>
    Array.isArray(key) ? new Map(key.map((each) => [each, 'v'])) : 'v',
  getWithMetadata: async () => ({ value: 'v', metadata: null }),
  put: async () => {},
  delete: async () => {},
  list: async () => ({ keys: [], list_complete: true }),
})
