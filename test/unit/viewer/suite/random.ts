import fc from 'fast-check'
import type { Json } from './backend.ts'

/** Any OTLP that a strict reader accepts, as OTLP/JSON. */

const MAX_UINT64 = 2n ** 64n - 1n

const text: fc.Arbitrary<string> = fc.string({ unit: 'binary', maxLength: 12 })
const key: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom('http.route', 'order.id', 'user', '__proto__', 'constructor', ''.padEnd(3, 'k')),
  fc.string({ unit: 'binary', minLength: 1, maxLength: 8 }),
)
const hex = (bytes: number): fc.Arbitrary<string> =>
  fc
    .uint8Array({ minLength: bytes, maxLength: bytes })
    .filter((array) => array.some(Boolean))
    .map((array) => Buffer.from(array).toString('hex'))
const nanos = fc
  .oneof(
    fc.bigInt({ min: 0n, max: MAX_UINT64 }),
    fc.bigInt({ min: 1_795_000_000_000_000_000n, max: 1_795_900_000_000_000_000n }),
  )
  .map(String)
const double: fc.Arbitrary<number | string> = fc
  .double()
  .map((value) => (Number.isFinite(value) ? value + 0 : String(value)))
const kind = fc.integer({ min: 0, max: 5 })
const uint32 = fc.integer({ min: 0, max: 2 ** 32 - 1 })

const anyValue = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    text.map((stringValue): Json => ({ stringValue })),
    fc.boolean().map((boolValue): Json => ({ boolValue })),
    fc
      .bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })
      .map((value): Json => ({ intValue: String(value) })),
    fc.integer().map((value): Json => ({ intValue: String(value) })),
    double.map((doubleValue): Json => ({ doubleValue })),
    fc
      .uint8Array({ maxLength: 8 })
      .map((bytes): Json => ({ bytesValue: Buffer.from(bytes).toString('base64') })),
    fc.constant<Json>({}),
    fc.array(tie('value'), { maxLength: 3 }).map((values): Json => ({ arrayValue: { values } })),
    fc.uniqueArray(fc.tuple(key, tie('value')), { maxLength: 3, selector: ([name]) => name }).map(
      (pairs): Json => ({
        kvlistValue: { values: pairs.map(([name, value]) => ({ key: name, value })) },
      }),
    ),
  ),
})).value

const attributes: fc.Arbitrary<Json[]> = fc
  .uniqueArray(fc.tuple(key, anyValue), { maxLength: 5, selector: ([name]) => name })
  .map((pairs) => pairs.map(([name, value]) => ({ key: name, value })))

const event = fc.record({
  name: text,
  timeUnixNano: nanos,
  attributes,
  droppedAttributesCount: uint32,
})
const link = fc.record({
  traceId: hex(16),
  spanId: hex(8),
  traceState: text,
  attributes,
  droppedAttributesCount: uint32,
  flags: uint32,
})

const span = fc.record({
  traceId: fc.constantFrom('0'.repeat(31).concat('1'), 'f'.repeat(32)),
  spanId: hex(8),
  parentSpanId: fc.oneof(hex(8), fc.constant('')),
  traceState: text,
  flags: uint32,
  name: text,
  kind,
  startTimeUnixNano: nanos,
  endTimeUnixNano: nanos,
  attributes,
  droppedAttributesCount: uint32,
  events: fc.array(event, { maxLength: 3 }),
  droppedEventsCount: uint32,
  links: fc.array(link, { maxLength: 3 }),
  droppedLinksCount: uint32,
  status: fc.record({ code: fc.integer({ min: 0, max: 2 }), message: text }),
})

const logRecord = fc.record({
  timeUnixNano: nanos,
  observedTimeUnixNano: nanos,
  severityNumber: fc.integer({ min: 0, max: 24 }),
  severityText: text,
  eventName: text,
  body: anyValue,
  attributes,
  droppedAttributesCount: uint32,
  flags: uint32,
  traceId: fc.oneof(hex(16), fc.constant('')),
  spanId: fc.oneof(hex(8), fc.constant('')),
})

const number: fc.Arbitrary<Json> = fc.oneof(
  double.map((asDouble): Json => ({ asDouble })),
  fc
    .bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })
    .map((value): Json => ({ asInt: String(value) })),
)
const count = fc.oneof(
  fc.integer({ min: 0, max: 1_000_000 }).map(String),
  fc.bigInt({ min: 0n, max: MAX_UINT64 }).map(String),
)
const exemplar = fc
  .tuple(
    number,
    fc.record({
      filteredAttributes: attributes,
      timeUnixNano: nanos,
      traceId: hex(16),
      spanId: hex(8),
    }),
  )
  .map(([value, rest]): Json => ({ ...rest, ...value }))
const common = {
  attributes,
  startTimeUnixNano: nanos,
  timeUnixNano: nanos,
  flags: fc.integer({ min: 0, max: 1 }),
}
const exemplars = fc.array(exemplar, { maxLength: 2 })
/** Fields that a sender may leave out. */
const sometimes = <T extends object>(fields: { [K in keyof T]: fc.Arbitrary<T[K]> }) =>
  fc.record(fields, { requiredKeys: [] })
const numberPoint = fc
  .tuple(fc.record({ ...common, exemplars }), number)
  .map(([rest, value]): Json => ({ ...rest, ...value }))
const explicitPoint = fc
  .tuple(
    fc.record({ ...common, count, exemplars }),
    sometimes({ sum: double, min: double, max: double }),
    fc.uniqueArray(fc.integer({ min: -1000, max: 1000 }), { maxLength: 5 }),
    fc.array(count, { minLength: 6, maxLength: 6 }),
  )
  .map(
    ([rest, own, bounds, counts]): Json => ({
      ...rest,
      ...own,
      explicitBounds: bounds.sort((a, b) => a - b),
      bucketCounts: counts.slice(0, bounds.length + 1),
    }),
  )
const buckets = fc.record({
  offset: fc.integer({ min: -1000, max: 1000 }),
  bucketCounts: fc.array(count, { maxLength: 5 }),
})
const exponentialPoint = fc
  .tuple(
    fc.record({
      ...common,
      count,
      exemplars,
      scale: fc.integer({ min: -10, max: 20 }),
      zeroCount: count,
      zeroThreshold: fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }),
    }),
    sometimes({ sum: double, min: double, max: double, positive: buckets, negative: buckets }),
  )
  .map(([rest, own]): Json => ({ ...rest, ...own }))
const summaryPoint = fc.record({
  ...common,
  count,
  sum: double,
  quantileValues: fc.array(
    fc.record({
      quantile: fc.double({ min: 0, max: 1, noNaN: true }).map((each) => each + 0),
      value: double,
    }),
    {
      maxLength: 3,
    },
  ),
})

const temporality = fc.constantFrom(1, 2)
const points = (point: fc.Arbitrary<Json>): fc.Arbitrary<Json[]> =>
  fc.uniqueArray(point, {
    minLength: 1,
    maxLength: 3,
    // The same series at the same time is the same point.
    selector: ({ timeUnixNano }) => String(timeUnixNano),
  })
const data = fc.oneof(
  points(numberPoint).map((dataPoints): Json => ({ gauge: { dataPoints } })),
  fc
    .record({
      dataPoints: points(numberPoint),
      aggregationTemporality: temporality,
      isMonotonic: fc.boolean(),
    })
    .map((sum): Json => ({ sum })),
  fc
    .record({ dataPoints: points(explicitPoint), aggregationTemporality: temporality })
    .map((histogram): Json => ({ histogram })),
  fc
    .record({ dataPoints: points(exponentialPoint), aggregationTemporality: temporality })
    .map((exponentialHistogram): Json => ({ exponentialHistogram })),
  points(summaryPoint).map((dataPoints): Json => ({ summary: { dataPoints } })),
)
const metric = fc
  .tuple(
    fc.record({ description: text, unit: text, metadata: attributes }),
    data,
    fc.string({ unit: 'binary', maxLength: 8 }),
  )
  .map(([rest, own, name]): Json => ({ ...rest, ...own, name: `m${name}` }))

const scope = fc.record({ name: text, version: text, attributes, droppedAttributesCount: uint32 })
const resource = fc.record({ attributes, droppedAttributesCount: uint32 })

const enveloped = (
  outer: string,
  inner: string,
  name: string,
  records: fc.Arbitrary<Json[]>,
): fc.Arbitrary<Json> => {
  const scoped = fc
    .tuple(scope, text, records)
    .map(([own, schemaUrl, list]): Json => ({ scope: own, schemaUrl, [name]: list }))
  const one = fc
    .tuple(resource, text, fc.array(scoped, { minLength: 1, maxLength: 2 }))
    .map(([own, schemaUrl, list]): Json => ({ resource: own, schemaUrl, [inner]: list }))
  return fc.array(one, { minLength: 1, maxLength: 2 }).map((list) => ({ [outer]: list }))
}

export const traces: fc.Arbitrary<Json> = enveloped(
  'resourceSpans',
  'scopeSpans',
  'spans',
  fc.uniqueArray(span, { minLength: 1, maxLength: 4, selector: ({ spanId }) => spanId }),
)
export const logs: fc.Arbitrary<Json> = enveloped(
  'resourceLogs',
  'scopeLogs',
  'logRecords',
  fc.array(logRecord, { minLength: 1, maxLength: 4 }),
)
export const metrics: fc.Arbitrary<Json> = enveloped(
  'resourceMetrics',
  'scopeMetrics',
  'metrics',
  fc.uniqueArray(metric, { minLength: 1, maxLength: 3, selector: ({ name }) => name }),
)
