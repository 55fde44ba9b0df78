import { type SpanContext, type SpanKind, type SpanStatusCode, trace } from '@opentelemetry/api'
import fc, { type Arbitrary } from 'fast-check'
import type { InstrumentationScope } from '../../../../src/base/instrumentation-scope.ts'
import { ROOT } from '../../../../src/context/context.ts'
import { createTraceState } from '../../../../src/context/tracestate.ts'
import type { LogRecord } from '../../../../src/logs/record.ts'
import type { Exemplar, MetricData, NumberPoint } from '../../../../src/metrics/data.ts'
import type { RecordingSpan } from '../../../../src/traces/span.ts'
import { SpanTracer } from '../../../../src/traces/tracer.ts'
import { setUpTracer } from '../../traces/support.ts'
import { anyAttributes, anyString, anyValue } from '../otlp/any-value.ts'

const id = (bytes: number): Arbitrary<string> =>
  fc
    .uint8Array({ minLength: bytes, maxLength: bytes })
    .filter((id) => id.some((byte) => byte > 0))
    .map((id) => Buffer.from(id).toString('hex'))

const optional = <T>(value: Arbitrary<T>): Arbitrary<T | undefined> =>
  fc.option(value, { nil: undefined })

const anyTimeMs = fc.oneof(
  fc.double({ min: 1.6e12, max: 1.9e12, noNaN: true }),
  fc.constantFrom(0, 1, 0.001, 4_294_967.295, 4_294_967.296, 1.8e13, -5, Number.NaN, Infinity),
)

const anyScope: Arbitrary<InstrumentationScope> = fc.record(
  {
    name: fc.constantFrom('', 'hono', 'größe'),
    version: fc.constantFrom('', '1.2'),
    schemaUrl: fc.constantFrom('', 'https://schema.example'),
  },
  { requiredKeys: ['name'] },
)

const anyContext: Arbitrary<SpanContext> = fc.record({
  traceId: id(16),
  spanId: id(8),
  traceFlags: fc.constantFrom(0, 1, 3, 0xff),
  isRemote: fc.boolean(),
  traceState: fc.constantFrom(createTraceState('vendor=1,other=ž'), createTraceState()),
})

/** Spans as the recorder keeps them. */
export const anySpans: Arbitrary<RecordingSpan[]> = fc
  .array(
    fc.record({
      scope: anyScope,
      name: anyString,
      kind: fc.integer({ min: 0, max: 4 }) as Arbitrary<SpanKind>,
      parent: optional(anyContext),
      times: fc.tuple(anyTimeMs, anyTimeMs),
      attributes: anyAttributes,
      events: fc.array(fc.tuple(anyString, anyAttributes, anyTimeMs), { maxLength: 2 }),
      links: fc.array(fc.record({ context: anyContext, attributes: anyAttributes }), {
        maxLength: 2,
      }),
      status: fc.record({
        code: fc.integer({ min: 0, max: 2 }) as Arbitrary<SpanStatusCode>,
        message: anyString,
      }),
    }),
    { minLength: 1, maxLength: 3 },
  )
  .map((recipes) => {
    const limits = { attributeCount: 4, attributeValueLength: 20_000, eventCount: 1, linkCount: 1 }
    const { recorder, kept } = setUpTracer({ sampler: 'always_on', limits })
    for (const { scope, name, kind, parent, times, attributes, events, links, status } of recipes) {
      const span = new SpanTracer(recorder, scope).startSpan(
        name,
        { kind, attributes, links, startTime: times[0] },
        parent ? trace.setSpanContext(ROOT, parent) : ROOT,
      )
      for (const event of events) span.addEvent(...event)
      span.setStatus(status).end(times[1])
    }
    return kept
  })

const anyDouble = fc.oneof(fc.double(), fc.constantFrom(0, -0, 1, 2 ** 53, -(2 ** 62), 1e300))
const anyCount = fc.oneof(fc.nat(200), fc.maxSafeInteger().map(Math.abs))
const anyCounts = fc.array(anyCount, { maxLength: 170 })

const anyExemplar: Arbitrary<Exemplar> = fc.record(
  {
    timeMs: anyTimeMs,
    value: anyDouble,
    traceId: id(16),
    spanId: id(8),
    attributes: anyAttributes,
  },
  { requiredKeys: ['timeMs', 'value'] },
)

const point = {
  attributes: anyAttributes,
  startMs: anyTimeMs,
  timeMs: anyTimeMs,
  exemplars: fc.array(anyExemplar, { maxLength: 2 }),
}

const spread = { count: anyCount, sum: anyDouble, min: anyDouble, max: anyDouble }

const anyBuckets = fc.record({
  offset: fc.oneof(fc.integer({ min: -20, max: 20 }), fc.integer()),
  counts: anyCounts,
})

const points = <P>(one: Arbitrary<P>): Arbitrary<P[]> =>
  fc.array(one, { minLength: 1, maxLength: 3 })

const numberPoints: Arbitrary<NumberPoint[]> = points(
  fc.record(
    { ...point, value: anyDouble },
    { requiredKeys: ['attributes', 'startMs', 'timeMs', 'value'] },
  ),
)

const metric = { name: anyString, description: anyString, unit: anyString, scope: anyScope }

const temporality = fc.constantFrom('delta' as const, 'cumulative' as const)

const COMMON = ['attributes', 'startMs', 'timeMs', 'count'] as const

/** Metrics as a collection yields them. */
export const anyMetrics: Arbitrary<MetricData[]> = fc.array(
  fc.oneof<Arbitrary<MetricData>[]>(
    fc.record({
      ...metric,
      type: fc.constant('sum'),
      monotonic: fc.boolean(),
      temporality,
      integer: fc.boolean(),
      points: numberPoints,
    }),
    fc.record({
      ...metric,
      type: fc.constant('gauge'),
      integer: fc.boolean(),
      points: numberPoints,
    }),
    fc.record({
      ...metric,
      type: fc.constant('histogram'),
      temporality,
      bounds: fc.array(anyDouble, { maxLength: 20 }),
      points: points(
        fc.record(
          { ...point, ...spread, bucketCounts: anyCounts },
          { requiredKeys: [...COMMON, 'bucketCounts'] },
        ),
      ),
    }),
    fc.record({
      ...metric,
      type: fc.constant('exponentialHistogram'),
      temporality,
      points: points(
        fc.record(
          {
            ...point,
            ...spread,
            scale: fc.integer({ min: -11, max: 20 }),
            zeroCount: anyCount,
            zeroThreshold: anyDouble,
            positive: anyBuckets,
            negative: anyBuckets,
          },
          {
            requiredKeys: [
              ...COMMON,
              'scale',
              'zeroCount',
              'zeroThreshold',
              'positive',
              'negative',
            ],
          },
        ),
      ),
    }),
  ),
  { minLength: 1, maxLength: 3 },
)

/** Log records as they are queued. */
export const anyLogRecords: Arbitrary<LogRecord[]> = fc.array(
  fc.record(
    {
      timeMs: anyTimeMs,
      severityNumber: fc.integer({ min: 0, max: 24 }),
      severityText: anyString,
      body: anyValue,
      loggerName: fc.constantFrom('', 'app', 'größe'),
      loggerVersion: fc.constantFrom('', '1.2', undefined),
      traceId: id(16),
      spanId: id(8),
      traceFlags: fc.constantFrom(0, 1, 0xff),
      requestId: anyString,
      eventName: anyString,
      attributes: anyAttributes,
    },
    {
      requiredKeys: [
        'timeMs',
        'severityNumber',
        'severityText',
        'body',
        'loggerName',
        'attributes',
      ],
    },
  ),
  { minLength: 1, maxLength: 3 },
)
