// Sends one span, one log record and three metrics with the OpenTelemetry SDK's own exporters.
// Arguments: `http` (JSON) or `proto`, and the endpoint.
import { context, SpanStatusCode, trace } from '@opentelemetry/api'
import { LoggerProvider, SimpleLogRecordProcessor } from 'sdk-logs-3'
import { AggregationTemporality, MeterProvider, PeriodicExportingMetricReader } from 'sdk-metrics-3'
import { BatchSpanProcessor, TracerProvider } from 'sdk-trace-3'

const [format, endpoint] = process.argv.slice(2)
const load = (signal) => import(`@opentelemetry/exporter-${signal}-otlp-${format}`)
const { OTLPTraceExporter } = await load('trace')
const { OTLPMetricExporter } = await load('metrics')
const { OTLPLogExporter } = await load('logs')
const options = (signal) => ({ url: `${endpoint}/v1/${signal}`, compression: 'gzip' })

const tracerProvider = new TracerProvider({
  spanProcessors: [new BatchSpanProcessor({ exporter: new OTLPTraceExporter(options('traces')) })],
})
const reader = new PeriodicExportingMetricReader({
  exporter: new OTLPMetricExporter({
    ...options('metrics'),
    temporalityPreference: AggregationTemporality.DELTA,
  }),
})
const meterProvider = new MeterProvider({ readers: [reader] })
const loggerProvider = new LoggerProvider({
  processors: [new SimpleLogRecordProcessor({ exporter: new OTLPLogExporter(options('logs')) })],
})

const span = tracerProvider.getTracer('sender').startSpan('send', {
  kind: 1,
  attributes: { 'http.route': '/sent', ratio: 0.5, list: ['a', 'b'], ok: true },
})
span.addEvent('half way', { step: 1 })
span.setStatus({ code: SpanStatusCode.ERROR, message: 'on purpose' })
const inSpan = trace.setSpan(context.active(), span)
loggerProvider.getLogger('sender').emit({
  severityNumber: 17,
  severityText: 'ERROR',
  body: 'sent by the SDK',
  attributes: { count: 3 },
  context: inSpan,
})
const meter = meterProvider.getMeter('sender')
meter.createCounter('sent', { unit: '{item}' }).add(5, { kind: 'a' })
meter
  .createHistogram('took', { unit: 's', advice: { explicitBucketBoundaries: [1, 2] } })
  .record(1.5)
meter.createGauge('level').record(7)
span.end()

await Promise.all([
  tracerProvider.forceFlush(),
  meterProvider.forceFlush(),
  loggerProvider.forceFlush(),
])
await Promise.all([tracerProvider.shutdown(), meterProvider.shutdown(), loggerProvider.shutdown()])
console.log(span.spanContext().traceId)
