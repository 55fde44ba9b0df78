import { createExecutionContext, waitOnExecutionContext } from 'cloudflare:test'
import type { ObservabilityOptions } from 'hono-observability'

/** What a test reads of an exported span. */
export interface ExportedSpan {
  traceId: string
  spanId: string
  parentSpanId?: string
  name: string
  kind: number
  flags: number
  durationMs: number
  attributes: Record<string, unknown>
  status?: { code: number; message?: string }
  events: { name: string; attributes: Record<string, unknown> }[]
}

/** What a test reads of an exported point. */
export interface ExportedPoint {
  attributes: Record<string, unknown>
  count: number
  sum: number
  value: number
  exemplars: { traceId: string; spanId: string; asDouble: number }[]
}

interface KeyValue {
  key: string
  value: Record<string, unknown>
}

interface WireSpan extends Omit<ExportedSpan, 'attributes' | 'events' | 'durationMs'> {
  startTimeUnixNano: string
  endTimeUnixNano: string
  attributes: KeyValue[]
  events?: { name: string; attributes: KeyValue[] }[]
}

const toObject = (list: KeyValue[]): Record<string, unknown> =>
  Object.fromEntries(
    list.map(({ key, value }) => [
      key,
      'intValue' in value ? Number(value.intValue) : Object.values(value)[0],
    ]),
  )

/** An app's telemetry, caught where it would leave the Worker. */
export class Capture {
  readonly bodies: string[] = []
  readonly metricBodies: string[] = []
  readonly logBodies: string[] = []

  options(more: ObservabilityOptions = {}): ObservabilityOptions {
    return {
      service: { name: 'test' },
      logs: false,
      ...more,
      otlp: {
        batch: { maxLingerMs: 0 },
        ...more.otlp,
        fetch: async (url, { body }) => {
          const list = url.endsWith('/v1/metrics')
            ? this.metricBodies
            : url.endsWith('/v1/logs')
              ? this.logBodies
              : this.bodies
          list.push(String(body))
          return Response.json({})
        },
      },
    }
  }

  get text(): string {
    return [...this.bodies, ...this.metricBodies, ...this.logBodies].join('\n')
  }

  /** Every exported point of a metric, in order. */
  points(name: string): ExportedPoint[] {
    return this.metricBodies
      .flatMap((body) => JSON.parse(body).resourceMetrics)
      .flatMap(({ scopeMetrics }) => scopeMetrics)
      .flatMap(({ metrics }) => metrics)
      .filter((metric) => metric.name === name)
      .flatMap((metric) => (metric.histogram ?? metric.sum ?? metric.gauge).dataPoints)
      .map(({ attributes, count, asInt, asDouble, sum, exemplars = [] }) => ({
        attributes: toObject(attributes),
        count: Number(count),
        sum,
        value: Number(asInt ?? asDouble),
        exemplars,
      }))
  }

  get spans(): ExportedSpan[] {
    return this.bodies
      .flatMap((body) => JSON.parse(body).resourceSpans)
      .flatMap(({ scopeSpans }) => scopeSpans)
      .flatMap(({ spans }: { spans: WireSpan[] }) => spans)
      .map(({ startTimeUnixNano, endTimeUnixNano, ...span }) => ({
        ...span,
        durationMs: Number(BigInt(endTimeUnixNano) - BigInt(startTimeUnixNano)) / 1e6,
        attributes: toObject(span.attributes),
        events: (span.events ?? []).map(({ name, attributes }) => ({
          name,
          attributes: toObject(attributes),
        })),
      }))
  }

  /** The one server span; fails when there is another number of them. */
  get serverSpan(): ExportedSpan {
    const servers = this.spans.filter(({ kind }) => kind === 2)
    if (servers.length !== 1) {
      throw new Error(`Expected one server span, got ${servers.length}: ${this.text}`)
    }
    return servers[0] as ExportedSpan
  }
}

interface Fetcher {
  fetch(request: Request, env: unknown, ctx: ExecutionContext): Response | Promise<Response>
}

/** Sends one request, reads its body to the end and waits for everything handed to `waitUntil`. */
export const send = async (
  app: Fetcher,
  path: string,
  init?: RequestInit,
): Promise<{ response: Response; body: string }> => {
  const ctx = createExecutionContext()
  const response = await app.fetch(new Request(`http://shop.test${path}`, init), {}, ctx)
  const body = await response.clone().text()
  await waitOnExecutionContext(ctx)
  return { response, body }
}
