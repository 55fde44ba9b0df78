import { createRequire } from 'node:module'
import { type Meter, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api'
import {
  JsonLogsSerializer,
  JsonMetricsSerializer,
  JsonTraceSerializer,
  ProtobufLogsSerializer,
  ProtobufMetricsSerializer,
  ProtobufTraceSerializer,
} from '@opentelemetry/otlp-transformer'
import { describe, expect, it } from 'vitest'
import { checkSpans, decodeJson, decodeProtobuf } from '../../support/otlp-decoder.ts'

// The SDK packages are dependencies of the serializer, and only reachable from there.
const sdk = createRequire(createRequire(import.meta.url).resolve('@opentelemetry/otlp-transformer'))

// The SDK's JSON serializer writes every 64-bit integer but times as a number.
const asWritten = { integerNumbers: true }

describe('bodies of the OpenTelemetry SDK', () => {
  it('decodes spans, the same from JSON and from protobuf', () => {
    const spans = recordSpans({ text: 'ž', yes: true, count: 5, half: 0.5, list: ['a', 'b'] })
    const json = decodeJson(
      'traces',
      bytesOf(JsonTraceSerializer.serializeRequest(spans)),
      asWritten,
    )
    expect(checkSpans(json)).toEqual([])
    expect(json[1]).toMatchObject({
      name: 'GET /orders/:id',
      kind: 2,
      attributes: { text: 'ž', yes: true, count: 5, half: 0.5, list: ['a', 'b'] },
      status: { code: 2, message: 'out of stock' },
      events: [{ name: 'read', attributes: { rows: 3 } }],
      links: [{ traceId: '5b8efff798038103d269b633813fc60d' }],
      scope: { name: 'shop', version: '1.0.0' },
    })
    expect(json[0]?.parentSpanId).toBe(json[1]?.spanId)
    const protobuf = bytesOf(ProtobufTraceSerializer.serializeRequest(spans))
    expect(decodeProtobuf('traces', protobuf)).toStrictEqual(json)
  })

  it('refuses the null that the SDK writes for NaN', () => {
    const body = bytesOf(JsonTraceSerializer.serializeRequest(recordSpans({ nan: Number.NaN })))
    expect(() => decodeJson('traces', body, asWritten)).toThrow('received null')
  })

  it('decodes metrics, the same from JSON and from protobuf', async () => {
    const metrics = await recordMetrics((meter) => {
      meter.createCounter('requests', { unit: '{request}' }).add(7, { 'http.route': '/' })
      meter.createUpDownCounter('active').add(-2)
      meter.createHistogram('duration', { unit: 's' }).record(0.25)
      meter.createObservableGauge('heap').addCallback((result) => result.observe(0.5))
    })
    const json = decodeJson(
      'metrics',
      bytesOf(JsonMetricsSerializer.serializeRequest(metrics)),
      asWritten,
    )
    expect(
      json.map(({ name, type, monotonic, points }) => [name, type, monotonic, points[0]?.value]),
    ).toEqual([
      ['requests', 'sum', true, 7],
      ['active', 'sum', false, -2],
      ['duration', 'histogram', undefined, undefined],
      ['heap', 'gauge', undefined, 0.5],
    ])
    expect(json[2]?.points[0]).toMatchObject({ count: 1, sum: 0.25, min: 0.25, max: 0.25 })
    const protobuf = bytesOf(ProtobufMetricsSerializer.serializeRequest(metrics))
    expect(decodeProtobuf('metrics', protobuf)).toStrictEqual(json)
  })

  it('decodes log records, the same from JSON and from protobuf', () => {
    const records = recordLogs()
    const json = decodeJson(
      'logs',
      bytesOf(JsonLogsSerializer.serializeRequest(records)),
      asWritten,
    )
    expect(json).toMatchObject([
      { severityNumber: 9, body: { order: 5 }, attributes: { a: 'b' }, eventName: '' },
    ])
    const protobuf = bytesOf(ProtobufLogsSerializer.serializeRequest(records))
    expect(decodeProtobuf('logs', protobuf)).toStrictEqual(json)
  })
})

function bytesOf(body: Uint8Array | undefined): Uint8Array {
  if (!body) throw new Error('Cannot serialize: the SDK returned nothing')
  return body
}

function recordSpans(
  attributes: Record<string, unknown>,
): Parameters<typeof JsonTraceSerializer.serializeRequest>[0] {
  const { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } = sdk(
    '@opentelemetry/sdk-trace-base',
  )
  const exporter = new InMemorySpanExporter()
  const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] })
  const tracer = provider.getTracer('shop', '1.0.0')
  const traceId = '5b8efff798038103d269b633813fc60d'
  const link = { context: { traceId, spanId: 'eee19b7ec3c1b175', traceFlags: 1 } }
  const options = { kind: SpanKind.SERVER, attributes, links: [link] }
  const server = tracer.startSpan('GET /orders/:id', options)
  tracer.startSpan('price', {}, trace.setSpan(ROOT_CONTEXT, server)).end()
  server.addEvent('read', { rows: 3 })
  server.setStatus({ code: SpanStatusCode.ERROR, message: 'out of stock' })
  server.end()
  return exporter.getFinishedSpans()
}

async function recordMetrics(
  record: (meter: Meter) => void,
): Promise<Parameters<typeof JsonMetricsSerializer.serializeRequest>[0]> {
  const {
    AggregationTemporality,
    InMemoryMetricExporter,
    MeterProvider,
    PeriodicExportingMetricReader,
  } = sdk('@opentelemetry/sdk-metrics')
  const exporter = new InMemoryMetricExporter(AggregationTemporality.DELTA)
  const reader = new PeriodicExportingMetricReader({ exporter })
  const provider = new MeterProvider({ readers: [reader] })
  record(provider.getMeter('shop'))
  await provider.forceFlush()
  const [metrics] = exporter.getMetrics()
  await provider.shutdown()
  return metrics
}

function recordLogs(): Parameters<typeof JsonLogsSerializer.serializeRequest>[0] {
  const { InMemoryLogRecordExporter, LoggerProvider, SimpleLogRecordProcessor } =
    sdk('@opentelemetry/sdk-logs')
  const exporter = new InMemoryLogRecordExporter()
  const provider = new LoggerProvider()
  provider.addLogRecordProcessor(new SimpleLogRecordProcessor(exporter))
  provider.getLogger('shop').emit({ severityNumber: 9, body: { order: 5 }, attributes: { a: 'b' } })
  return exporter.getFinishedLogRecords()
}
