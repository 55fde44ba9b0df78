import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { Hono } from 'hono'
import { instrument, type ObservabilityOptions, observability } from 'hono-observability'

interface Fetcher {
  fetch(request: Request, env?: unknown, executionCtx?: never): Response | Promise<Response>
}

/** What a test reads of an exported span. */
export interface WireSpan {
  traceId: string
  spanId: string
  parentSpanId?: string
  traceState?: string
  flags: number
  name: string
  kind: number
  attributes: WireAttribute[]
  droppedAttributesCount?: number
  events?: { attributes?: WireAttribute[]; droppedAttributesCount?: number }[]
  droppedEventsCount?: number
  droppedLinksCount?: number
  links?: { traceId: string; spanId: string; traceState?: string; attributes?: WireAttribute[] }[]
}

export interface WireAttribute {
  key: string
  value: { stringValue?: string; intValue?: string }
}

/** Everything an app's telemetry sends, caught where it would leave the process. */
export interface Caught {
  readonly bodies: Map<'traces' | 'metrics' | 'logs', string[]>
  readonly spans: WireSpan[]
  /** All bodies in one. */
  readonly text: string
  /** Sends a request and waits until its telemetry has left. */
  send(app: Fetcher, request: Request, env?: unknown): Promise<Response>
  options(more?: ObservabilityOptions): ObservabilityOptions
}

export const catchTelemetry = (): Caught => {
  const bodies: Caught['bodies'] = new Map()
  return {
    bodies,
    get spans() {
      return (bodies.get('traces') ?? [])
        .flatMap((body) => JSON.parse(body).resourceSpans)
        .flatMap(({ scopeSpans }) => scopeSpans)
        .flatMap(({ spans }) => spans)
    },
    get text() {
      return [...bodies.values()].flat().join('\n')
    },
    async send(app, request, env = {}) {
      const pending: Promise<unknown>[] = []
      const context = { waitUntil: (work: Promise<unknown>) => void pending.push(work) }
      const response = await app.fetch(request, env, context as never)
      await response.clone().arrayBuffer()
      for (const work of pending) {
        await work
      }
      return response
    },
    options: (more = {}) => ({
      service: { name: 'hostile' },
      logs: false,
      ...more,
      otlp: {
        batch: { maxLingerMs: 0 },
        fetch: async (url, { body }) => {
          const signal = url.slice(url.lastIndexOf('/') + 1) as 'traces'
          bodies.set(signal, [...(bodies.get(signal) ?? []), String(body)])
          return Response.json({})
        },
        ...more.otlp,
      },
    }),
  }
}

/** The two ways a request gets its server span. */
export const FRONTS: readonly (readonly [
  name: string,
  wrap: (options: ObservabilityOptions, configure: (app: Hono) => void) => Fetcher,
])[] = [
  [
    'observability()',
    (options, configure) => {
      const app = new Hono()
      app.use(observability(options))
      configure(app)
      return app
    },
  ],
  [
    'instrument()',
    (options, configure) => {
      const app = new Hono()
      configure(app)
      return instrument({ fetch: app.fetch as Fetcher['fetch'] }, options)
    },
  ],
]

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

/** Bytes of the heap that are in use, garbage aside. */
export const heapBytes = (): number => {
  collectGarbage()
  return process.memoryUsage().heapUsed
}
