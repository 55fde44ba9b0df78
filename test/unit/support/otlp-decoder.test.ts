import { describe, expect, it } from 'vitest'
import { decodeJson, decodeProtobuf, OtlpError } from '../../support/otlp-decoder.ts'
import { encodeRequest } from '../../support/otlp-messages.ts'
import { logsRequest, metricsRequest, type SpanBody, traceRequest } from './otlp-bodies.ts'

const origin = {
  resource: { 'service.name': 'shop' },
  resourceSchemaUrl: '',
  scope: { name: 'hono-observability', version: '0.1.0', attributes: {}, schemaUrl: '' },
}

const span = {
  ...origin,
  traceId: '5b8efff798038103d269b633813fc60c',
  spanId: 'eee19b7ec3c1b174',
  parentSpanId: 'eee19b7ec3c1b173',
  traceState: 'foo=1',
  flags: 0x301,
  name: 'GET /orders/:id',
  kind: 2,
  startTimeUnixNano: 1544712660000000000n,
  endTimeUnixNano: 1544712661000000001n,
  attributes: {
    text: 'žluťoučký 🐎',
    quoted: '": " \\',
    yes: true,
    status: 200,
    big: 9223372036854775807n,
    half: 0.5,
    nan: Number.NaN,
    low: Number.NEGATIVE_INFINITY,
    raw: new Uint8Array([0, 1, 2, 255]),
    none: null,
    empty: [],
    list: [1, null],
    map: Object.fromEntries([['__proto__', false]]),
  },
  droppedAttributesCount: 3,
  droppedEventsCount: 0,
  droppedLinksCount: 0,
  events: [
    {
      name: 'read',
      timeUnixNano: 1544712660500000000n,
      attributes: {},
      droppedAttributesCount: 0,
    },
  ],
  links: [
    {
      traceId: '5b8efff798038103d269b633813fc60d',
      spanId: 'eee19b7ec3c1b175',
      traceState: '',
      flags: 0x100,
      attributes: {},
      droppedAttributesCount: 0,
    },
  ],
  status: { code: 2, message: 'out of stock' },
}

function firstSpan(request: ReturnType<typeof traceRequest>): SpanBody {
  return request.resourceSpans[0]?.scopeSpans[0]?.spans[0] as SpanBody
}

function withValue(value: Record<string, unknown>): string {
  const request = traceRequest()
  firstSpan(request).attributes = [{ key: 'a', value }]
  return JSON.stringify(request)
}

describe('decodeJson', () => {
  it('reads every field of a span', () => {
    expect(decodeJson('traces', JSON.stringify(traceRequest()))).toStrictEqual([span])
  })

  it('reads every metric type', () => {
    const metrics = decodeJson('metrics', JSON.stringify(metricsRequest()))
    expect(metrics.map((metric) => [metric.name, metric.type, metric.temporality])).toEqual([
      ['requests', 'sum', 'delta'],
      ['heap', 'gauge', undefined],
      ['duration', 'histogram', 'cumulative'],
      ['size', 'exponentialHistogram', 'delta'],
      ['old', 'summary', undefined],
    ])
    expect(metrics.map((metric) => metric.monotonic)).toEqual([true, ...Array(4).fill(undefined)])
    const times = { startTimeUnixNano: 1544712660000000000n, timeUnixNano: 1544712661000000000n }
    const empty = { ...times, attributes: {}, exemplars: [], flags: 0 }
    expect(metrics.map((metric) => metric.points)).toEqual([
      [
        {
          ...empty,
          attributes: { 'http.route': '/' },
          value: 7,
          exemplars: [
            {
              attributes: {},
              timeUnixNano: 1544712660500000000n,
              value: 0.25,
              traceId: '5b8efff798038103d269b633813fc60c',
              spanId: 'eee19b7ec3c1b174',
            },
          ],
        },
      ],
      [{ ...empty, value: Number.NaN }],
      [
        {
          ...empty,
          count: 3,
          sum: 1.5,
          min: 0.1,
          max: 1.2,
          bucketCounts: [1, 2],
          explicitBounds: [0.5],
        },
      ],
      [
        {
          ...empty,
          count: 3,
          sum: -1,
          scale: -2,
          zeroCount: 1,
          zeroThreshold: 0,
          positive: { offset: -4, counts: [1, 1] },
          negative: { offset: 1, counts: [0] },
        },
      ],
      [{ ...empty, count: 2, sum: 3, quantiles: [{ quantile: 0.5, value: 1 }] }],
    ])
  })

  it('reads every field of a log record', () => {
    expect(decodeJson('logs', JSON.stringify(logsRequest()))).toStrictEqual([
      {
        ...origin,
        resourceSchemaUrl: 'https://opentelemetry.io/schemas/1.44.0',
        scope: { ...origin.scope, version: '' },
        timeUnixNano: 1544712660300000000n,
        observedTimeUnixNano: 1544712660300000001n,
        severityNumber: 17,
        severityText: 'ERROR',
        eventName: 'http.server.request.exception',
        body: 'order failed',
        attributes: { 'order.id': 5 },
        droppedAttributesCount: 0,
        flags: 1,
        traceId: '5b8efff798038103d269b633813fc60c',
        spanId: 'eee19b7ec3c1b174',
      },
    ])
  })

  it('reads a span that leaves out everything optional', () => {
    const traceId = '5b8efff798038103d269b633813fc60c'
    const [decoded] = decodeJson(
      'traces',
      JSON.stringify({
        resourceSpans: [{ scopeSpans: [{ spans: [{ traceId, spanId: 'eee19b7ec3c1b174' }] }] }],
      }),
    )
    expect(decoded).toMatchObject({
      traceId,
      parentSpanId: '',
      name: '',
      flags: 0,
      attributes: {},
      status: { code: 0, message: '' },
    })
  })

  it('takes integers as JSON numbers only when asked to', () => {
    const body = withValue({ intValue: 200 })
    expect(() => decodeJson('traces', body)).toThrow(OtlpError)
    const [decoded] = decodeJson('traces', body, { integerNumbers: true })
    expect(decoded?.attributes).toEqual({ a: 200 })
    expect(() =>
      decodeJson('traces', withValue({ intValue: 2 ** 53 }), { integerNumbers: true }),
    ).toThrow(OtlpError)
  })

  it('names the place, the rule and what it found', () => {
    expect(() => decodeJson('traces', withValue({ intValue: 200 }))).toThrow(
      'Cannot decode OTLP: `resourceSpans[0].scopeSpans[0].spans[0].attributes[0].value.intValue` must be "200", received 200',
    )
  })
})

describe('decodeProtobuf', () => {
  it.each([
    ['traces', traceRequest()],
    ['metrics', metricsRequest()],
    ['logs', logsRequest()],
  ] as const)('reads the same from bytes as from JSON for %s', (signal, request) => {
    const text = JSON.stringify(request)
    const bytes = encodeRequest(signal, JSON.parse(text, hexToBase64))
    expect(decodeProtobuf(signal, bytes)).toStrictEqual(decodeJson(signal, text))
  })

  it('refuses truncated bytes', () => {
    const bytes = encodeRequest('traces', JSON.parse(JSON.stringify(traceRequest()), hexToBase64))
    expect(() => decodeProtobuf('traces', bytes.subarray(0, -1))).toThrow(OtlpError)
  })

  it('refuses an unknown field', () => {
    const bytes = encodeRequest('traces', JSON.parse(JSON.stringify(traceRequest()), hexToBase64))
    const field15 = new Uint8Array([0x78, 0x01])
    expect(() => decodeProtobuf('traces', Buffer.concat([bytes, field15]))).toThrow(OtlpError)
  })

  it('refuses an empty envelope', () => {
    expect(() => decodeProtobuf('traces', new Uint8Array())).toThrow(OtlpError)
  })

  it('refuses an id of the wrong length', () => {
    const request = traceRequest()
    firstSpan(request).spanId = 'eee19b7ec3c1b1'
    const bytes = encodeRequest('traces', JSON.parse(JSON.stringify(request), hexToBase64))
    expect(() => decodeProtobuf('traces', bytes)).toThrow(OtlpError)
  })
})

function hexToBase64(name: string, value: unknown): unknown {
  const isId = /^(traceId|spanId|parentSpanId)$/.test(name)
  return isId ? Buffer.from(String(value), 'hex').toString('base64') : value
}
