/** A good OTLP/JSON trace request that uses every part of the schema. */
export function traceRequest(): TraceRequest {
  return {
    resourceSpans: [
      {
        resource: { attributes: [{ key: 'service.name', value: { stringValue: 'shop' } }] },
        scopeSpans: [
          {
            scope: { name: 'hono-observability', version: '0.1.0' },
            spans: [
              {
                traceId: '5b8efff798038103d269b633813fc60c',
                spanId: 'eee19b7ec3c1b174',
                parentSpanId: 'eee19b7ec3c1b173',
                traceState: 'foo=1',
                flags: 0x301,
                name: 'GET /orders/:id',
                kind: 2,
                startTimeUnixNano: '1544712660000000000',
                endTimeUnixNano: '1544712661000000001',
                attributes: [
                  { key: 'text', value: { stringValue: 'žluťoučký 🐎' } },
                  { key: 'quoted', value: { stringValue: '": " \\' } },
                  { key: 'yes', value: { boolValue: true } },
                  { key: 'status', value: { intValue: '200' } },
                  { key: 'big', value: { intValue: '9223372036854775807' } },
                  { key: 'half', value: { doubleValue: 0.5 } },
                  { key: 'nan', value: { doubleValue: 'NaN' } },
                  { key: 'low', value: { doubleValue: '-Infinity' } },
                  { key: 'raw', value: { bytesValue: 'AAEC/w==' } },
                  { key: 'none', value: {} },
                  { key: 'empty', value: { arrayValue: { values: [] } } },
                  { key: 'list', value: { arrayValue: { values: [{ intValue: '1' }, {}] } } },
                  {
                    key: 'map',
                    value: {
                      kvlistValue: { values: [{ key: '__proto__', value: { boolValue: false } }] },
                    },
                  },
                ],
                droppedAttributesCount: 3,
                events: [{ timeUnixNano: '1544712660500000000', name: 'read', attributes: [] }],
                links: [
                  {
                    traceId: '5b8efff798038103d269b633813fc60d',
                    spanId: 'eee19b7ec3c1b175',
                    flags: 0x100,
                  },
                ],
                status: { code: 2, message: 'out of stock' },
              },
            ],
          },
        ],
      },
    ],
  }
}

/** A good OTLP/JSON metrics request with one metric of each type. */
export function metricsRequest(): Record<string, unknown> {
  const times = { startTimeUnixNano: '1544712660000000000', timeUnixNano: '1544712661000000000' }
  const attributes = [{ key: 'http.route', value: { stringValue: '/' } }]
  const exemplars = [
    {
      timeUnixNano: '1544712660500000000',
      asDouble: 0.25,
      spanId: 'eee19b7ec3c1b174',
      traceId: '5b8efff798038103d269b633813fc60c',
    },
  ]
  return {
    resourceMetrics: [
      {
        resource: { attributes: [] },
        scopeMetrics: [
          {
            scope: { name: 'hono-observability' },
            metrics: [
              {
                name: 'requests',
                unit: '{request}',
                sum: {
                  dataPoints: [{ ...times, attributes, asInt: '7', exemplars }],
                  aggregationTemporality: 1,
                  isMonotonic: true,
                },
              },
              { name: 'heap', gauge: { dataPoints: [{ ...times, asDouble: 'NaN' }] } },
              {
                name: 'duration',
                unit: 's',
                histogram: {
                  dataPoints: [
                    {
                      ...times,
                      count: '3',
                      sum: 1.5,
                      min: 0.1,
                      max: 1.2,
                      bucketCounts: ['1', '2'],
                      explicitBounds: [0.5],
                    },
                  ],
                  aggregationTemporality: 2,
                },
              },
              {
                name: 'size',
                exponentialHistogram: {
                  dataPoints: [
                    {
                      ...times,
                      count: '3',
                      sum: -1,
                      scale: -2,
                      zeroCount: '1',
                      positive: { offset: -4, bucketCounts: ['1', '1'] },
                      negative: { offset: 1, bucketCounts: ['0'] },
                    },
                  ],
                  aggregationTemporality: 1,
                },
              },
              {
                name: 'old',
                summary: {
                  dataPoints: [
                    { ...times, count: '2', sum: 3, quantileValues: [{ quantile: 0.5, value: 1 }] },
                  ],
                },
              },
            ],
          },
        ],
      },
    ],
  }
}

/** A good OTLP/JSON logs request. */
export function logsRequest(): Record<string, unknown> {
  return {
    resourceLogs: [
      {
        resource: { attributes: [{ key: 'service.name', value: { stringValue: 'shop' } }] },
        schemaUrl: 'https://opentelemetry.io/schemas/1.44.0',
        scopeLogs: [
          {
            scope: { name: 'hono-observability' },
            logRecords: [
              {
                timeUnixNano: '1544712660300000000',
                observedTimeUnixNano: '1544712660300000001',
                severityNumber: 17,
                severityText: 'ERROR',
                eventName: 'http.server.request.exception',
                body: { stringValue: 'order failed' },
                attributes: [{ key: 'order.id', value: { intValue: '5' } }],
                flags: 1,
                traceId: '5b8efff798038103d269b633813fc60c',
                spanId: 'eee19b7ec3c1b174',
              },
            ],
          },
        ],
      },
    ],
  }
}

type Fields = Record<string, unknown>

export interface TraceRequest {
  resourceSpans: {
    resource: Fields
    scopeSpans: { scope: Fields; spans: SpanBody[] }[]
  }[]
}

export type SpanBody = Fields & {
  attributes: { key: string; value: Fields }[]
  events: Fields[]
  links: Fields[]
}
