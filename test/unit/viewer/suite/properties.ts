import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type AttributeValue,
  type DecodedLogRecord,
  type DecodedMetric,
  type DecodedSpan,
  decodeJson,
  decodeProtobuf,
} from '../../../support/otlp-decoder.ts'
import { type Answer, type Encoding, encode, get, type Json, type Open, send } from './backend.ts'
import * as random from './random.ts'

const ENCODINGS = ['json', 'protobuf'] as const
const RUNS = { numRuns: 40 }

/** What the API makes of a value that an independent decoder read. */
function plain(value: AttributeValue): unknown {
  if (typeof value === 'bigint') return String(value)
  if (typeof value === 'number') return Number.isFinite(value) ? value + 0 : String(value)
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64')
  if (Array.isArray(value)) return value.map(plain)
  return typeof value === 'object' && value !== null ? plainObject(value) : value
}

function plainObject(object: Record<string, AttributeValue>): Json {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, plain(value)]))
}

const KINDS = ['unset', 'internal', 'server', 'client', 'producer', 'consumer']
const STATUSES = ['unset', 'ok', 'error']
const byText = <T>(items: T[]): T[] => items.sort((a, b) => (show(a) < show(b) ? -1 : 1))
const show = (item: unknown): string =>
  JSON.stringify(item, (_, value) =>
    typeof value === 'bigint'
      ? `${value}n`
      : typeof value === 'number' && !Number.isFinite(value)
        ? String(value)
        : value instanceof Uint8Array
          ? [...value]
          : value,
  )

function expectedSpan(span: DecodedSpan): Json {
  return {
    traceId: span.traceId,
    spanId: span.spanId,
    parentSpanId: span.parentSpanId || null,
    name: span.name,
    kind: KINDS[span.kind],
    service: String(plain(span.resource['service.name'] ?? null) ?? '') || 'unknown_service',
    status: STATUSES[span.status.code],
    statusMessage: span.status.message || null,
    startTimeUnixNano: String(span.startTimeUnixNano),
    endTimeUnixNano: String(span.endTimeUnixNano),
    attributes: plainObject(span.attributes),
    events: span.events.map((event) => ({
      name: event.name,
      timeUnixNano: String(event.timeUnixNano),
      attributes: plainObject(event.attributes),
      droppedAttributes: event.droppedAttributesCount,
    })),
    links: span.links.map((link) => ({
      traceId: link.traceId,
      spanId: link.spanId,
      traceState: link.traceState || null,
      flags: link.flags,
      attributes: plainObject(link.attributes),
      droppedAttributes: link.droppedAttributesCount,
    })),
    scope: {
      name: span.scope.name,
      version: span.scope.version,
      attributes: plainObject(span.scope.attributes),
    },
    resource: plainObject(span.resource),
    traceState: span.traceState || null,
    flags: span.flags,
    dropped: {
      attributes: span.droppedAttributesCount,
      events: span.droppedEventsCount,
      links: span.droppedLinksCount,
    },
  }
}

function shownSpan(span: Answer): Json {
  const {
    depth,
    children,
    offsetMs,
    selfMs,
    criticalMs,
    parentMissing,
    inCycle,
    skewMs,
    highlights,
    ...rest
  } = span
  const { startMs, durationMs, events, ...kept } = rest
  return { ...kept, events: events.map(({ offsetMs: _, ...event }: Answer) => event) }
}

function expectedLog(record: DecodedLogRecord): Json {
  return {
    timeUnixNano: String(record.timeUnixNano),
    observedTimeUnixNano: String(record.observedTimeUnixNano),
    severityNumber: record.severityNumber,
    severityText: record.severityText || null,
    service: String(plain(record.resource['service.name'] ?? null) ?? '') || 'unknown_service',
    eventName: record.eventName || null,
    body: plain(record.body),
    attributes: plainObject(record.attributes),
    traceId: record.traceId || null,
    spanId: record.spanId || null,
    scope: record.scope.name,
  }
}

/** Points of a metric, without what an instrument is not told apart by. */
function flatPoints(metrics: DecodedMetric[]): string[] {
  return metrics
    .flatMap(({ points, name, unit, type, temporality, monotonic, resource, scope }) =>
      points.map((each) => {
        const attributes = Object.entries(each.attributes).sort(([a], [b]) => (a < b ? -1 : 1))
        const identity = { name, unit, type, temporality, monotonic, resource, scope: scope.name }
        return show({ ...identity, ...each, attributes })
      }),
    )
    .sort()
}

const decode = <S extends 'traces' | 'metrics' | 'logs'>(
  signal: S,
  request: Json,
  encoding: Encoding,
) => {
  const bytes = encode(signal, request, encoding)
  return encoding === 'json' ? decodeJson(signal, bytes) : decodeProtobuf(signal, bytes)
}

export function propertyTests(open: Open): void {
  describe.each(ENCODINGS)('what was sent as %s is what the API returns', (encoding) => {
    it('of spans, shown and as a file', async () => {
      await fc.assert(
        fc.asyncProperty(random.traces, async (request) => {
          const ask = await open()
          await send(ask, 'traces', request, encoding)
          // The same span twice in a request: the last one counts.
          const sent = new Map(
            decode('traces', request, encoding).map((each) => [each.traceId + each.spanId, each]),
          )
          const { items } = await get(ask, '/api/traces')
          const shown: Json[] = []
          const exported: DecodedSpan[] = []
          for (const { traceId } of items) {
            const view = await get(ask, `/api/traces/${traceId}`)
            shown.push(...view.spans.map(shownSpan))
            const file = await (await ask(`/api/traces/${traceId}/otlp.json`)).text()
            exported.push(...decodeJson('traces', file))
          }
          expect(byText(shown)).toEqual(byText([...sent.values()].map(expectedSpan)))
          expect(byText(exported).map(show)).toEqual(byText([...sent.values()]).map(show))
        }),
        RUNS,
      )
    }, 120_000)

    it('of log records', async () => {
      await fc.assert(
        fc.asyncProperty(random.logs, async (request) => {
          const ask = await open()
          await send(ask, 'logs', request, encoding)
          const sent = decode('logs', request, encoding).map(expectedLog)
          const { items } = await get(ask, '/api/logs')
          const shown = items.map(({ id, timeMs, level, ...rest }: Answer) => rest)
          expect(shown.reverse()).toEqual(sent)
        }),
        RUNS,
      )
    }, 120_000)

    it('of points, as a file', async () => {
      await fc.assert(
        fc.asyncProperty(random.metrics, async (request) => {
          const ask = await open()
          await send(ask, 'metrics', request, encoding)
          const { metrics } = await get(ask, '/api/metrics')
          const exported: DecodedMetric[] = []
          for (const { id } of metrics) {
            const file = await (await ask(`/api/metrics/${id}/otlp.json`)).text()
            exported.push(...decodeJson('metrics', file))
            expect((await ask(`/api/metrics/${id}?last=1h`)).status).toBe(200)
          }
          const sent = new Set(flatPoints(decode('metrics', request, encoding)))
          expect(flatPoints(exported)).toEqual([...sent])
        }),
        RUNS,
      )
    }, 120_000)
  })
}
