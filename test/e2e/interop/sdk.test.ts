import { LangfuseSpanProcessor } from '@langfuse/otel'
import { context, diag, propagation, ROOT_CONTEXT, trace } from '@opentelemetry/api'
import { B3InjectEncoding, B3Propagator } from '@opentelemetry/propagator-b3'
import { JaegerPropagator } from '@opentelemetry/propagator-jaeger'
import { Hono } from 'hono'
import {
  exporterState,
  forceFlush,
  log,
  type ObservabilityOptions,
  observability,
  shutdown,
  withSpan,
} from 'hono-observability'
import { sdkExporters, spanExporter, spanProcessor } from 'hono-observability/sdk'
import { OTLPTraceExporter as Otlp1 } from 'otlp-http-1'
import { OTLPTraceExporter as Otlp2 } from 'otlp-http-2'
import { OTLPTraceExporter as Otlp3 } from 'otlp-http-3'
import * as logs2 from 'sdk-logs-2'
import * as logs3 from 'sdk-logs-3'
import * as metrics1 from 'sdk-metrics-1'
import * as metrics2 from 'sdk-metrics-2'
import * as metrics3 from 'sdk-metrics-3'
import * as sdk1 from 'sdk-trace-1'
import * as sdk2 from 'sdk-trace-2'
import * as sdk3 from 'sdk-trace-3'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Sink, startSink } from '../../support/otlp-sink.ts'

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c'
const PARENT_ID = 'b7ad6b7169203331'

const VERSIONS = [
  ['1.x', sdk1],
  ['2.x', sdk2],
  ['3.x', sdk3],
] as const

let sink: Sink

beforeEach(async () => {
  sink = await startSink()
})

afterEach(async () => {
  await shutdown({ timeoutMs: 500 })
  await sink.close()
  // Each test registers its own with the OpenTelemetry API.
  trace.disable()
  context.disable()
  propagation.disable()
  diag.disable()
})

/** An app whose route makes a span of its own, and answers with the ids it sees and would send on. */
const newApp = (options: ObservabilityOptions): Hono => {
  const app = new Hono()
  app.use(observability(Object.assign(options, { logs: options.logs ?? false })))
  app.get('/orders/:id', async (c) => {
    await withSpan('price', () => undefined)
    log.info('order read', { 'order.id': 7 })
    const headers: Record<string, string> = {}
    propagation.inject(context.active(), headers)
    return c.json({ ...trace.getActiveSpan()?.spanContext(), headers })
  })
  return app
}

interface Seen {
  traceId: string
  spanId: string
  traceFlags: number
  headers: Record<string, string>
}

const get = async (app: Hono, headers: Record<string, string> = {}): Promise<Seen> =>
  (await app.request('/orders/7', { headers })).json() as Promise<Seen>

describe.each(VERSIONS)('the SDK %s in our options', (version, sdk) => {
  it('has its processors run, and flushed with ours', async () => {
    const exporter = new sdk.InMemorySpanExporter()
    const processors = [
      version === '3.x'
        ? new sdk3.BatchSpanProcessor({ exporter: exporter as never })
        : new (sdk as typeof sdk2).BatchSpanProcessor(exporter as never),
    ]
    const app = newApp({ otlp: false, metrics: false, traces: { processors } })
    const { traceId } = await get(app)
    expect(exporter.getFinishedSpans()).toEqual([])
    await forceFlush()
    const spans = exporter.getFinishedSpans()
    expect(spans.map(({ name }) => name)).toEqual(['price', 'GET /orders/:id'])
    expect(spans.map((span) => span.spanContext().traceId)).toEqual([traceId, traceId])
  })

  it('has its samplers asked', async () => {
    const app = newApp({
      otlp: { endpoint: sink.url },
      metrics: false,
      traces: { sampler: new sdk.ParentBasedSampler({ root: new sdk.AlwaysOffSampler() }) },
    })
    expect((await get(app)).traceFlags & 1).toBe(0)
    const sampled = await get(app, { traceparent: `00-${TRACE_ID}-${PARENT_ID}-01` })
    expect(sampled.traceFlags & 1).toBe(1)
    await forceFlush()
    expect(sink.spans().map((span) => span.traceId)).toEqual([TRACE_ID, TRACE_ID])
  })

  it('has its id generators used', async () => {
    const generator = new sdk.RandomIdGenerator()
    const made: string[] = []
    const idGenerator = {
      generateTraceId: () => made[made.push(generator.generateTraceId()) - 1] as string,
      generateSpanId: () => made[made.push(generator.generateSpanId()) - 1] as string,
    }
    const app = newApp({ otlp: { endpoint: sink.url }, metrics: false, traces: { idGenerator } })
    const { traceId, spanId, traceFlags } = await get(app)
    // One trace, two spans; whether its bits are random is not known.
    expect(made).toHaveLength(3)
    expect([traceId, spanId, traceFlags]).toEqual([made[0], made[1], 1])
  })

  it('exports through our pipeline by its BatchSpanProcessor and our exporter', async () => {
    const exporter = spanExporter({ otlp: { endpoint: sink.url }, service: { name: 'ours' } })
    const processor =
      version === '3.x'
        ? new sdk3.BatchSpanProcessor({ exporter })
        : new (sdk as typeof sdk2).BatchSpanProcessor(exporter as never)
    const { provider, tracer } = providerOf(version, sdk, processor)
    record(tracer)
    await provider.forceFlush()
    await exporter.forceFlush()
    expectRecorded()
    await provider.shutdown()
  })

  it('exports through our pipeline by our span processor', async () => {
    const processor = spanProcessor({ otlp: { endpoint: sink.url }, service: { name: 'ours' } })
    const { provider, tracer } = providerOf(version, sdk, processor)
    record(tracer)
    await provider.forceFlush()
    expectRecorded()
    await provider.shutdown()
  })

  it('keeps its server span, which the middleware enriches', async () => {
    const options = {
      otlp: { endpoint: sink.url },
      metrics: false,
      logs: false,
    } as const
    const { tracer } = providerOf(version, sdk, spanProcessor(options))
    const server = tracer.startSpan('request', { kind: 1 })
    const app = new Hono().use((_c, next) =>
      context.with(trace.setSpan(context.active(), server), next),
    )
    app.use(observability(options))
    app.onError((_error, c) => c.text('sorry', 500))
    app.get('/orders/:id', () => {
      throw new RangeError('no such order')
    })
    // The SDK has no context manager of its own here: ours is there from its first use on.
    await app.request('/warm-up')
    await app.request('/orders/7')
    server.end()
    await forceFlush()
    const named = sink.spans().filter(({ name }) => name === 'GET /orders/:id')
    expect(named).toHaveLength(1)
    expect(named[0]).toMatchObject({
      spanId: server.spanContext().spanId,
      attributes: { 'http.route': '/orders/:id', 'error.type': 'RangeError' },
      status: { code: 2 },
    })
  })
})

interface Provider {
  provider: { forceFlush(): Promise<void>; shutdown(): Promise<void> }
  tracer: ReturnType<typeof trace.getTracer>
}

const providerOf = (
  version: string,
  sdk: typeof sdk1 | typeof sdk2 | typeof sdk3,
  processor: unknown,
): Provider => {
  if (version === '3.x') {
    const provider = new sdk3.TracerProvider({ spanProcessors: [processor as never] })
    return { provider, tracer: provider.getTracer('lib', '1.2') }
  }
  const { BasicTracerProvider } = sdk as typeof sdk2
  const provider = new BasicTracerProvider({ spanProcessors: [processor as never] })
  return { provider, tracer: provider.getTracer('lib', '1.2') }
}

const record = (tracer: ReturnType<typeof trace.getTracer>): void => {
  const root = tracer.startSpan('root', { kind: 1, attributes: { a: 1 } }, ROOT_CONTEXT)
  const child = tracer.startSpan('child', {}, trace.setSpan(ROOT_CONTEXT, root))
  child.addEvent('happened', { b: true })
  child.recordException(new RangeError('too far'))
  child.setStatus({ code: 2, message: 'failed' })
  child.end()
  root.end()
}

const expectRecorded = (): void => {
  const spans = sink.spans()
  expect(spans).toHaveLength(2)
  const child = spans.find(({ name }) => name === 'child')
  const root = spans.find(({ name }) => name === 'root')
  expect(root).toMatchObject({
    kind: 2,
    attributes: { a: 1 },
    resource: { 'service.name': 'ours' },
    scope: { name: 'lib', version: '1.2' },
  })
  expect(child).toMatchObject({
    parentSpanId: root?.spanId,
    status: { code: 2, message: 'failed' },
  })
  expect(child?.events.map(({ name }) => name)).toEqual(['happened', 'exception'])
}

describe.each([
  ['1.x', Otlp1],
  ['2.x', Otlp2],
  ['3.x', Otlp3],
])('the OTLP exporter of %s as a destination', (_version, Exporter) => {
  it('sends our spans', async () => {
    const traces = new Exporter({ url: `${sink.url}/v1/traces` })
    const app = newApp({ otlp: sdkExporters({ traces }), metrics: false, service: { name: 'x' } })
    const { traceId } = await get(app)
    expect(await forceFlush()).toBe(true)
    // Their JSON has numbers where the mapping asks for text.
    const [{ resource, scopeSpans }] = JSON.parse(sink.requests[0]?.text ?? '').resourceSpans
    expect(resource.attributes).toContainEqual({
      key: 'service.name',
      value: { stringValue: 'x' },
    })
    expect(scopeSpans[0].spans).toMatchObject([
      { name: 'price', traceId },
      { name: 'GET /orders/:id', traceId },
    ])
  })

  it('has what it cannot export counted, not sent again', async () => {
    sink.respond = () => ({ status: 400 })
    const traces = new Exporter({ url: `${sink.url}/v1/traces` })
    const options: ObservabilityOptions = { otlp: sdkExporters({ traces }), metrics: false }
    await get(newApp(options))
    await forceFlush()
    expect(sink.requests).toHaveLength(1)
    expect(exporterState(options)?.destinations[0]?.signals.traces?.dropped).toEqual({
      exporter: 2,
    })
  })
})

describe.each([
  ['1.x', metrics1],
  ['2.x', metrics2],
  ['3.x', metrics3],
])('a metric exporter of %s as a destination', (_version, sdk) => {
  it('gets our metrics', async () => {
    const metrics = new sdk.InMemoryMetricExporter(1)
    const app = newApp({ otlp: sdkExporters({ metrics }), service: { name: 'x' } })
    await get(app)
    await get(app)
    await forceFlush()
    const [exported] = metrics.getMetrics()
    expect(exported?.resource.attributes).toMatchObject({ 'service.name': 'x' })
    const duration = exported?.scopeMetrics
      .flatMap((scope) => scope.metrics)
      .find(({ descriptor }) => descriptor.name === 'http.server.request.duration')
    expect(duration).toMatchObject({
      descriptor: { unit: 's' },
      aggregationTemporality: sdk.AggregationTemporality.CUMULATIVE,
      dataPointType: sdk.DataPointType.HISTOGRAM,
    })
    expect(duration?.dataPoints[0]?.attributes).toMatchObject({ 'http.route': '/orders/:id' })
    expect(duration?.dataPoints[0]?.value).toMatchObject({ count: 2 })
  })
})

describe.each([
  ['2.x', logs2],
  ['3.x', logs3],
])('logs of the SDK %s as a destination', (_version, sdk) => {
  const logsOf = (logs: object): ObservabilityOptions => ({
    otlp: sdkExporters({ logs: logs as never }),
    metrics: false,
    logs: { otlp: true, console: false, access: false },
    service: { name: 'x' },
  })

  it('get our records by an exporter', async () => {
    const exporter = new sdk.InMemoryLogRecordExporter()
    const { traceId } = await get(newApp(logsOf(exporter)))
    await forceFlush()
    const [record] = exporter.getFinishedLogRecords()
    expect(record).toMatchObject({
      body: 'order read',
      severityNumber: 9,
      attributes: { 'order.id': 7 },
      spanContext: { traceId },
      resource: { attributes: { 'service.name': 'x' } },
    })
  })

  it('get our records by a BatchLogRecordProcessor', async () => {
    const exporter = new sdk.InMemoryLogRecordExporter()
    const processor = new sdk.BatchLogRecordProcessor({ exporter: exporter as never })
    await get(newApp(logsOf(processor)))
    await forceFlush()
    expect(exporter.getFinishedLogRecords().map(({ body }) => body)).toEqual(['order read'])
  })
})

describe('propagators', () => {
  it.each([
    [
      'B3, one header',
      new B3Propagator(),
      { b3: `${TRACE_ID}-${PARENT_ID}-1` },
      ({ spanId }: Seen) => ({ b3: `${TRACE_ID}-${spanId}-1` }),
    ],
    [
      'B3, several headers',
      new B3Propagator({ injectEncoding: B3InjectEncoding.MULTI_HEADER }),
      { 'x-b3-traceid': TRACE_ID, 'x-b3-spanid': PARENT_ID, 'x-b3-sampled': '1' },
      ({ spanId }: Seen) => ({ 'x-b3-traceid': TRACE_ID, 'x-b3-spanid': spanId }),
    ],
    [
      'Jaeger',
      new JaegerPropagator(),
      { 'uber-trace-id': `${TRACE_ID}:${PARENT_ID}:0:01` },
      ({ spanId }: Seen) => ({ 'uber-trace-id': `${TRACE_ID}:${spanId}:0:01` }),
    ],
  ])('%s: continue and carry on a trace', async (_name, propagator, headers, expected) => {
    const app = newApp({ otlp: { endpoint: sink.url }, metrics: false, traces: { propagator } })
    const seen = await get(app, headers)
    expect(seen.traceId).toBe(TRACE_ID)
    expect(seen.headers).toMatchObject(expected(seen))
    await forceFlush()
    const server = sink.spans().find(({ kind }) => kind === 2)
    expect(server).toMatchObject({ traceId: TRACE_ID, parentSpanId: PARENT_ID })
  })
})

it("gives Langfuse's processor our spans", async () => {
  const exporter = new sdk2.InMemorySpanExporter()
  const processor = new LangfuseSpanProcessor({
    publicKey: 'pk',
    secretKey: 'sk',
    baseUrl: sink.url,
    exporter,
    environment: 'test',
    shouldExportSpan: () => true,
  })
  const app = newApp({ otlp: false, metrics: false, traces: { processors: [processor] } })
  await get(app)
  await forceFlush()
  const spans = exporter.getFinishedSpans()
  expect(spans.map(({ name }) => name)).toEqual(['price', 'GET /orders/:id'])
  expect(spans[0]?.attributes).toMatchObject({ 'langfuse.environment': 'test' })
})
