import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeRequest, encodeRequest, type Signal } from '../../../support/otlp-messages.ts'
import { type Ask, encode, get, type Json, type Open, withBinaryIds } from './backend.ts'
import { logs, metrics, traces } from './random.ts'

const RUNS = { numRuns: 60 }

const NAMES: Record<Signal, [outer: string, inner: string, records: string]> = {
  traces: ['resourceSpans', 'scopeSpans', 'spans'],
  metrics: ['resourceMetrics', 'scopeMetrics', 'metrics'],
  logs: ['resourceLogs', 'scopeLogs', 'logRecords'],
}
const TYPES = ['gauge', 'sum', 'histogram', 'exponentialHistogram', 'summary']

const ANY = { traces, metrics, logs }

/** Points that say that nothing was recorded (flag 1) have no value. */
function sparse(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sparse)
  if (typeof value !== 'object' || value === null) return value
  const { asInt, asDouble, ...rest } = value as Json
  const kept = rest.flags === 1 ? rest : value
  return Object.fromEntries(Object.entries(kept).map(([key, child]) => [key, sparse(child)]))
}

/** One text for one meaning: keys in order, and nothing where there is nothing. */
function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value)
    .map(([key, child]): [string, unknown] => [key, canonical(child)])
    .filter(([, child]) => child !== null && JSON.stringify(child) !== '{}')
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** Reads a request by the code of an independent package, every field of it. */
function read(signal: Signal, request: Json): Json[] {
  const bytes = encodeRequest(signal, withBinaryIds(request) as Json)
  const [outer, inner, records] = NAMES[signal]
  return ((decodeRequest(signal, bytes, true)[outer] ?? []) as Json[]).flatMap((envelope) =>
    (envelope[inner] as Json[]).flatMap((group) =>
      (group[records] as Json[]).map((record) => ({
        record,
        origin: [envelope.resource, envelope.schemaUrl, group.scope, group.schemaUrl],
      })),
    ),
  )
}

/** What a span without a status has. */
const noStatus = ({ record, ...rest }: Json): Json => ({
  ...rest,
  record: { ...(record as Json), status: (record as Json).status ?? { code: 0, message: '' } },
})

/** Points by series and times: of those that come again, the last; a series has its last description. */
function points(metrics: readonly Json[]): unknown[] {
  const about = new Map<string, unknown>()
  const found = new Map<string, Json>()
  for (const { record, origin } of metrics) {
    const { description, metadata, ...rest } = record as Json
    const type = TYPES.find((name) => rest[name]) as string
    const { dataPoints, ...data } = rest[type] as { dataPoints: Json[] }
    for (const { attributes, ...point } of dataPoints) {
      const sorted = (attributes as Json[]).map((each) => canonical(each))
      sorted.sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
      const identity = canonical({ origin, name: rest.name, unit: rest.unit, type, data, sorted })
      const series = JSON.stringify(identity)
      about.set(series, { description, metadata })
      found.set(`${series} ${point.timeUnixNano} ${point.startTimeUnixNano}`, { series, point })
    }
  }
  return [...found.values()].map(({ series, point }) => ({
    series,
    point,
    about: about.get(String(series)),
  }))
}

const meaning = (items: readonly unknown[]): string[] =>
  items.map((each) => JSON.stringify(canonical(each))).sort()

/** 64-bit integers as bare numbers and enumerations as names: what other senders write. */
function loosely(request: Json): string {
  const enums: Record<string, string[]> = {
    kind: ['UNSPECIFIED', 'INTERNAL', 'SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER'].map(
      (name) => `SPAN_KIND_${name}`,
    ),
    code: ['UNSET', 'OK', 'ERROR'].map((name) => `STATUS_CODE_${name}`),
    aggregationTemporality: ['UNSPECIFIED', 'DELTA', 'CUMULATIVE'].map(
      (name) => `AGGREGATION_TEMPORALITY_${name}`,
    ),
  }
  const levels = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL']
  const severities = levels.flatMap((level) => ['', 2, 3, 4].map((step) => level + step))
  enums.severityNumber = ['UNSPECIFIED', ...severities].map((name) => `SEVERITY_NUMBER_${name}`)
  return JSON.stringify(request)
    .replaceAll(
      /"(\w*TimeUnixNano|timeUnixNano|intValue|asInt|count|zeroCount)":"(-?\d+)"/g,
      '"$1":$2',
    )
    .replaceAll(/"bucketCounts":\[[^\]]*\]/g, (list) => list.replaceAll(/"(\d+)"/g, '$1'))
    .replaceAll(
      /"(kind|code|severityNumber|aggregationTemporality)":(\d+)/g,
      (_, name: string, number: string) => `"${name}":"${enums[name]?.[Number(number)]}"`,
    )
}

/** The ways to write one request. */
const WAYS = {
  'JSON as the specification has it': (signal: Signal, request: Json) =>
    encode(signal, request, 'json'),
  'JSON with numbers and names of enumerations': (_: Signal, request: Json) =>
    new TextEncoder().encode(loosely(request)),
  protobuf: (signal: Signal, request: Json) => encode(signal, request, 'protobuf'),
}

/** Everything that the API writes as files, as requests. */
const FILES: Record<Signal, (ask: Ask) => Promise<Json[]>> = {
  async traces(ask) {
    const { items } = await get(ask, '/api/traces')
    const ids = items.map(({ traceId }: Json) => traceId)
    return Promise.all(ids.map((id: string) => get(ask, `/api/traces/${id}/otlp.json`)))
  },
  async metrics(ask) {
    const { metrics } = await get(ask, '/api/metrics')
    const ids = metrics.map(({ id }: Json) => id)
    return Promise.all(ids.map((id: number) => get(ask, `/api/metrics/${id}/otlp.json`)))
  },
  logs: async (ask) => [await get(ask, '/api/logs/otlp.json')],
}

/** What goes in comes out: the same in meaning, field by field, and once more when it is imported. */
export function roundTripTests(open: Open): void {
  describe.each(Object.keys(WAYS) as (keyof typeof WAYS)[])('all of OTLP, sent as %s,', (way) => {
    it.each(['traces', 'metrics', 'logs'] as const)(
      'comes out by otlp.json: %s',
      async (signal) => {
        const all = (requests: readonly Json[]): string[] => {
          const records = requests.flatMap((each) => read(signal, each))
          if (signal === 'metrics') return meaning(points(records))
          if (signal === 'logs') return meaning(records)
          // The same span again replaces the one before.
          const spans = records.map(noStatus)
          const byId = new Map(
            spans.map((each) => {
              const { traceId, spanId } = each.record as Json
              return [`${traceId} ${spanId}`, each]
            }),
          )
          return meaning([...byId.values()])
        }
        const send = async (ask: Ask, body: Uint8Array<ArrayBuffer>, json: boolean) => {
          const type = json ? 'application/json' : 'application/x-protobuf'
          const headers = { 'content-type': type }
          const response = await ask(`/v1/${signal}`, { method: 'POST', headers, body })
          expect([response.status, (await response.text()).replace('{}', '')]).toEqual([200, ''])
        }
        await fc.assert(
          fc.asyncProperty(ANY[signal], async (random) => {
            const request = sparse(random) as Json
            const ask = await open()
            await send(ask, WAYS[way](signal, request), way !== 'protobuf')
            const files = await FILES[signal](ask)
            expect(all(files)).toEqual(all([request]))
            const other = await open()
            for (const file of files) {
              await other('/api/import', { method: 'POST', body: JSON.stringify(file) })
            }
            expect(all(await FILES[signal](other))).toEqual(all([request]))
          }),
          RUNS,
        )
      },
      120_000,
    )
  })
}
