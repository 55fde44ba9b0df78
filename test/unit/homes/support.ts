import { Hono } from 'hono'
import { streamSSE } from 'hono/streaming'
import type { ObservabilityOptions } from 'hono-observability'
import { vi } from 'vitest'

/** An app as people deploy it: text, JSON, cookies, bytes, a stream, an error. */
export const addRoutes = (app: Hono): Hono =>
  app
    .get('/orders/:id', (c) => c.json({ id: c.req.param('id'), query: c.req.query() }))
    .post('/echo', async (c) => c.text(await c.req.text(), 201, { 'X-Kept': 'yes' }))
    .get('/cookies', (c) => {
      c.header('Set-Cookie', 'a=1; Path=/', { append: true })
      c.header('Set-Cookie', 'b=2; Path=/', { append: true })
      return c.html('<p>ok</p>')
    })
    .get('/bytes', (c) =>
      c.body(new Uint8Array([0, 1, 254, 255]), 200, { 'Content-Type': 'image/png' }),
    )
    .get('/empty', (c) => c.body(null, 204))
    .get('/events', (c) =>
      streamSSE(c, async (stream) => {
        for (let i = 0; i < 3; i++) {
          await stream.writeSSE({ data: String(i) })
          await stream.sleep(5)
        }
      }),
    )
    .get('/broken', () => {
      throw new Error('broken')
    })

export interface WireSpan {
  name: string
  traceId: string
  parentSpanId?: string
  startTimeUnixNano: string
  endTimeUnixNano: string
  attributes: Record<string, unknown>
  links?: { traceId: string; spanId: string; attributes: Record<string, unknown> }[]
  resource: Record<string, unknown>
}

type Json = Record<string, unknown>

const plainOf = (value: Record<string, unknown>): unknown => {
  const [kind, held] = Object.entries(value)[0] ?? []
  return kind === 'intValue'
    ? Number(held)
    : kind === 'arrayValue'
      ? (held as { values: Record<string, unknown>[] }).values.map(plainOf)
      : held
}

export const attributesOf = (list: { key: string; value: Json }[] = []): Record<string, unknown> =>
  Object.fromEntries(list.map(({ key, value }) => [key, plainOf(value)]))

/** What a receiver got, read from the bodies of its requests. */
export class Received {
  readonly bodies: { signal: string; body: Record<string, Json[]> }[] = []
  /** How it answers from now on. */
  answer: (signal?: AbortSignal | null) => Response | Promise<Response> = () => Response.json({})
  asked = 0

  readonly fetch = async (url: string, { body, signal }: RequestInit): Promise<Response> => {
    this.asked++
    const response = await this.answer(signal)
    if (response.ok) {
      this.bodies.push({
        signal: url.slice(url.lastIndexOf('/') + 1),
        body: JSON.parse(String(body)),
      })
    }
    return response
  }

  get spans(): WireSpan[] {
    return this.#of('traces', 'resourceSpans', 'scopeSpans', 'spans') as unknown as WireSpan[]
  }

  get durations(): { count: number; attributes: Record<string, unknown> }[] {
    return this.#of('metrics', 'resourceMetrics', 'scopeMetrics', 'metrics')
      .filter(({ name }) => name === 'http.server.request.duration')
      .flatMap(({ histogram }) => (histogram as { dataPoints: Json[] }).dataPoints)
      .map(({ count, attributes }) => ({
        count: Number(count),
        attributes: attributesOf(attributes as never),
      }))
  }

  get lines(): string[] {
    return this.#of('logs', 'resourceLogs', 'scopeLogs', 'logRecords').map(({ body }) =>
      String(plainOf(body as never)),
    )
  }

  #of(signal: string, outer: string, scopes: string, records: string): Json[] {
    return this.bodies
      .filter((each) => each.signal === signal)
      .flatMap(({ body }) => body[outer] ?? [])
      .flatMap((group: Json) =>
        (group[scopes] as Json[])
          .flatMap((scope) => scope[records] as Json[])
          .map((record) => ({
            ...record,
            attributes:
              signal === 'traces' ? attributesOf(record.attributes as never) : record.attributes,
            links: (record.links as Json[] | undefined)?.map((link) => ({
              ...link,
              attributes: attributesOf(link.attributes as never),
            })),
            resource: attributesOf((group.resource as Json).attributes as never),
          })),
      ) as unknown as Json[]
  }
}

/** The package as a process of its own loads it, an app with it and the same app without, and what a receiver got. */
export const setUp = async (given: ObservabilityOptions = {}) => {
  vi.resetModules()
  const { instrument, observability, shutdown } = await import('../../../src/index.ts')
  const { instrumentLambda } = await import('../../../src/entries/lambda.ts')
  const received = new Received()
  const options: ObservabilityOptions = {
    service: { name: 'shop' },
    logs: { console: false, otlp: true },
    ...given,
    // The one header that we add.
    http: { requestIdHeader: false, ...given.http },
    otlp: { ...given.otlp, fetch: received.fetch as never } as never,
  }
  /** An app of the same process. */
  const appWith = (itsOptions: ObservabilityOptions): Hono => {
    const app = new Hono()
    app.use(observability(itsOptions))
    return addRoutes(app)
  }
  return {
    app: appWith(options),
    another: () => appWith({ ...options }),
    bare: addRoutes(new Hono()),
    received,
    instrument,
    instrumentLambda,
    observability,
    options,
    shutdown,
  }
}

/** What every test of a home asks of what was received for one request of `/orders/7`. */
export const isWhole = ({ spans, durations, lines }: Received): Record<string, unknown> => ({
  span: spans.map(({ name, attributes }) => [name, attributes['http.response.status_code']]),
  metric: durations.map(({ count, attributes }) => [attributes['http.route'], count]),
  line: lines,
})

export const WHOLE = {
  span: [['GET /orders/:id', 200]],
  metric: [['/orders/:id', 1]],
  line: ['GET /orders/:id 200'],
}
