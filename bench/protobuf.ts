/**
 * Bytes and encoding time of export requests: protobuf beside JSON, as they are and compressed, and beside the
 * official OpenTelemetry serializers. All in one run, so that the ratios hold on any machine.
 *
 *   node bench/protobuf.ts
 *
 * Encoding is timed here, the best of many short rounds in which all take turns; compression in workerd, by the CPU
 * time of its process. Ends with status 1 if protobuf takes longer
 * than JSON, or if its bodies are not smaller, or if the official serializer is not at least twice slower.
 */
import { createRequire } from 'node:module'
import { type Attributes, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api'
import { ROOT } from '../src/context/context.ts'
import { protobuf } from '../src/entries/protobuf.ts'
import { encodeLogs } from '../src/export/json/logs.ts'
import { encodeMetrics } from '../src/export/json/metrics.ts'
import { encodeTraces } from '../src/export/json/traces.ts'
import { encodeAttributes } from '../src/export/json/values.ts'
import type { LogRecord } from '../src/logs/record.ts'
import { createMeterProvider } from '../src/metrics/provider.ts'
import { newSpanId, newTraceId } from '../src/traces/ids.ts'
import { SpanRecorder } from '../src/traces/recorder.ts'
import type { RecordingSpan } from '../src/traces/span.ts'
import { SpanTracer } from '../src/traces/tracer.ts'
import { type RunningWorker, startWorker } from '../test/support/worker.ts'
import { cpuMicroseconds } from './workerd/process-usage.ts'

const ROUNDS = 40
const ROUND_MS = 10
const GZIP_ROUNDS = 8
const GZIP_TIMES = 200

const RESOURCE: Attributes = {
  'service.name': 'shop',
  'service.version': '1.4.2',
  'service.instance.id': '8f14e45f-ceea-467f-9f0b-7c1d3a2b9d10',
  'deployment.environment.name': 'production',
  'telemetry.sdk.name': 'hono-observability',
  'telemetry.sdk.language': 'webjs',
  'cloud.provider': 'cloudflare',
  'cloud.platform': 'cloudflare.workers',
}
const RESOURCE_JSON = `{"attributes":${encodeAttributes(RESOURCE)}}`

const ROUTES = ['/', '/orders', '/orders/:id', '/users/:id', '/health']

/** Spans of requests to an app with a database: a server span and a client span each. */
const newSpans = (count: number): RecordingSpan[] => {
  const spans: RecordingSpan[] = []
  const recorder = new SpanRecorder(
    {
      enabled: true,
      sampler: 'always_on',
      ratio: 1,
      tail: undefined,
      limits: {
        attributeCount: 128,
        attributeValueLength: 16_384,
        eventCount: 128,
        linkCount: 128,
      },
      processors: [],
      propagator: undefined,
      propagators: [],
      fetch: false,
      baggageOrigins: [],
      serverTiming: false,
      exceptionEvents: true,
    },
    { attributes: RESOURCE },
    { add: (span) => spans.push(span), dropped: () => {} },
    () => {},
    (text) => text,
  )
  const tracer = new SpanTracer(recorder, { name: 'hono-observability', version: '0.1.0' })
  for (let i = 0; spans.length < count; i++) {
    const route = ROUTES[i % ROUTES.length] as string
    const server = tracer.startSpan(
      `GET ${route}`,
      {
        kind: SpanKind.SERVER,
        attributes: {
          'http.request.method': 'GET',
          'url.path': route.replace(':id', String(1000 + i)),
          'url.scheme': 'https',
          'server.address': 'shop.example.com',
          'http.route': route,
          'http.response.status_code': i % 20 ? 200 : 500,
          'network.protocol.version': '2',
          'cloudflare.colo': 'AMS',
          'cloudflare.ray_id': `8d5f1c2e3a4b${1000 + i}`,
        },
      },
      ROOT,
    )
    const query = tracer.startSpan(
      'SELECT orders',
      {
        kind: SpanKind.CLIENT,
        attributes: {
          'db.system.name': 'sqlite',
          'db.operation.name': 'SELECT',
          'db.query.text': 'SELECT id, total, state FROM orders WHERE id = ? AND tenant = ?',
          'cloudflare.d1.response.rows_read': 1,
          'cloudflare.d1.response.duration': 0.61,
        },
      },
      trace.setSpan(ROOT, server),
    )
    query.end()
    if (i % 20 === 0) server.setStatus({ code: SpanStatusCode.ERROR, message: 'no such order' })
    server.end()
  }
  return spans
}

const newLogRecords = (count: number): LogRecord[] =>
  Array.from({ length: count }, (_, i) => ({
    timeMs: 1_790_000_000_000 + i * 1.25,
    severityNumber: 9,
    severityText: 'info',
    body: 'order read',
    loggerName: 'shop',
    traceId: newTraceId(),
    spanId: newSpanId(),
    traceFlags: 1,
    requestId: crypto.randomUUID(),
    attributes: { 'order.id': `${1000 + i}`, 'user.tier': 'gold', items: 3, total: 49.9 },
  }))

const newMetrics = async (): Promise<Parameters<typeof encodeMetrics>[1]> => {
  const provider = createMeterProvider({})
  const reader = provider.addReader('cumulative')
  const meter = provider.getMeter('hono-observability', '0.1.0')
  const duration = meter.createHistogram('http.server.request.duration', {
    unit: 's',
    description: 'Duration of HTTP server requests.',
    advice: {
      explicitBucketBoundaries: [
        0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10,
      ],
    },
  })
  const orders = meter.createCounter('orders', { unit: '{order}', description: 'Orders placed.' })
  for (let i = 0; i < 5000; i++) {
    const attributes = {
      'http.request.method': i % 3 ? 'GET' : 'POST',
      'http.route': ROUTES[i % 5] as string,
      'http.response.status_code': [200, 201, 404, 500][i % 4] as number,
      'url.scheme': 'https',
    }
    duration.record((i % 97) / 50, attributes)
    orders.add(1, { plan: `plan-${i % 40}` })
  }
  return reader.collect()
}

interface Serializer {
  serializeRequest(records: unknown): Uint8Array
}

const official = createRequire(import.meta.url)('@opentelemetry/otlp-transformer') as Record<
  'ProtobufTraceSerializer' | 'JsonTraceSerializer',
  Serializer
>

const utf8 = new TextEncoder()

interface Case {
  records: string
  encoders: Record<string, () => Uint8Array>
}

const ofTraces = (count: number): Case => {
  const spans = newSpans(count)
  return {
    records: `${count} spans`,
    encoders: {
      // A string is what is handed to fetch, which makes bytes of it; so that is part of the work.
      json: () => utf8.encode(encodeTraces(RESOURCE_JSON, spans)),
      protobuf: () => protobuf.encodeTraces(RESOURCE, spans),
      'official json': () => official.JsonTraceSerializer.serializeRequest(spans),
      'official protobuf': () => official.ProtobufTraceSerializer.serializeRequest(spans),
    },
  }
}

const metrics = await newMetrics()
const logs = newLogRecords(512)
const CASES: Case[] = [
  ofTraces(2),
  ofTraces(512),
  {
    records: `${metrics.reduce((sum, { points }) => sum + points.length, 0)} points`,
    encoders: {
      json: () => utf8.encode(encodeMetrics(RESOURCE_JSON, metrics)),
      protobuf: () => protobuf.encodeMetrics(RESOURCE, metrics),
    },
  },
  {
    records: `${logs.length} log records`,
    encoders: {
      json: () => utf8.encode(encodeLogs(RESOURCE_JSON, logs)),
      protobuf: () => protobuf.encodeLogs(RESOURCE, logs),
    },
  },
]

/** The best microseconds of each. */
const measure = (runs: readonly (() => unknown)[]): number[] => {
  const repeats = runs.map((run) => {
    // Long enough for the engine to compile what it will compile.
    const startMs = performance.now()
    let times = 0
    while (performance.now() - startMs < 20 * ROUND_MS) {
      run()
      times++
    }
    return Math.max(1, Math.round(times / 20))
  })
  const best = runs.map(() => Number.POSITIVE_INFINITY)
  for (let round = 0; round < ROUNDS; round++) {
    runs.forEach((run, i) => {
      const times = repeats[i] as number
      const startMs = performance.now()
      for (let n = 0; n < times; n++) run()
      best[i] = Math.min(best[i] as number, ((performance.now() - startMs) * 1000) / times)
    })
  }
  return best
}

interface Compressed {
  bytes: number
  us: number
}

/** Bytes after compression, and the least CPU time of it in workerd, on average over a round. */
const compress = async (
  { url, pid }: RunningWorker,
  body: Uint8Array,
  isText: boolean,
): Promise<Compressed> => {
  const headers = { 'content-type': isText ? 'application/json' : protobuf.contentType }
  let bytes = 0
  const cpuOf = async (times: number): Promise<number> => {
    const before = cpuMicroseconds(pid as number)
    const request = { method: 'POST', body: new Uint8Array(body), headers }
    bytes = Number(await (await fetch(`${url}?times=${times}`, request)).text())
    return cpuMicroseconds(pid as number) - before
  }
  let us = Number.POSITIVE_INFINITY
  for (let round = 0; round < GZIP_ROUNDS; round++) {
    const idle = await cpuOf(0)
    us = Math.min(us, ((await cpuOf(GZIP_TIMES)) - idle) / GZIP_TIMES)
  }
  return { bytes, us: Math.max(0, us) }
}

const worker = await startWorker({ entry: new URL('./protobuf/worker.ts', import.meta.url) })
const failures: string[] = []
for (const { records, encoders } of CASES) {
  const names = Object.keys(encoders)
  const times = measure(Object.values(encoders))
  const json = { us: times[0] as number, bytes: encoders.json?.().length as number }
  const rows = []
  for (const [i, name] of names.entries()) {
    const body = (encoders[name] as () => Uint8Array)()
    const us = times[i] as number
    const gzipped = await compress(worker, body, name.includes('json'))
    rows.push({
      encoding: name,
      bytes: body.length,
      'of json': `${Math.round((100 * body.length) / json.bytes)} %`,
      'encode µs': Number(us.toFixed(1)),
      'of json time': `${Math.round((100 * us) / json.us)} %`,
      'gzip bytes': gzipped.bytes,
      'gzip CPU µs': Math.round(gzipped.us),
    })
    if (name === 'protobuf' && body.length >= json.bytes) failures.push(`${records}: not smaller`)
    if (name === 'protobuf' && us > json.us) failures.push(`${records}: slower than JSON`)
    if (name === 'official protobuf' && us < 2 * (times[1] as number)) {
      failures.push(`${records}: less than twice as fast as the official serializer`)
    }
  }
  console.log(`\n${records}`)
  console.table(rows)
}
await worker.stop()
console.log(failures.length ? `FAILED: ${failures.join(', ')}.` : 'Smaller and faster than JSON.')
process.exitCode = failures.length ? 1 : 0
