import { ValueType } from '@opentelemetry/api'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { encodeMetrics } from '../../../src/export/json/metrics.ts'
import type { MetricData } from '../../../src/metrics/data.ts'
import { exponentialHistogram } from '../../../src/metrics/exponential-histogram.ts'
import { view } from '../../../src/metrics/view.ts'
import { type DecodedMetric, decodeJson } from '../../support/otlp-decoder.ts'
import { record } from './recording.ts'

const RESOURCE = '{"attributes":[{"key":"service.name","value":{"stringValue":"shop"}}]}'

const decode = (metrics: readonly MetricData[]): DecodedMetric[] =>
  decodeJson('metrics', encodeMetrics(RESOURCE, metrics))

/** The body as parsed, where the form of a number matters. */
const parse = (metrics: readonly MetricData[]) =>
  JSON.parse(encodeMetrics(RESOURCE, metrics)).resourceMetrics[0].scopeMetrics[0].metrics[0]

const sumOf = (value: number, integer: boolean): MetricData => ({
  name: 'c',
  description: '',
  unit: '',
  scope: { name: 's' },
  type: 'sum',
  monotonic: true,
  temporality: 'delta',
  integer,
  points: [{ attributes: {}, startMs: 1, timeMs: 2, value }],
})

describe('OTLP/JSON of metrics', () => {
  it('decodes to what was recorded', async () => {
    const { provider, reader, clock } = record('delta', {
      exemplars: 'always_on',
      views: [view({ instrument: 'exp', aggregation: exponentialHistogram() })],
    })
    const meter = provider.getMeter('shop "A"', '1.2', { schemaUrl: 'https://schema.example' })
    clock.nowMs = 1_700_000_000_123.4
    meter
      .createCounter('orders', { unit: '{order}', description: 'ž' })
      .add(2.5, { 'pay\n': 'card', yes: true, count: 3, list: ['a', 'b'] })
    meter.createUpDownCounter('active', { valueType: ValueType.INT }).add(-7)
    meter.createGauge('level').record(0.1)
    const explicit = meter.createHistogram('explicit', {
      unit: 's',
      advice: { explicitBucketBoundaries: [0.5, 1] },
    })
    const exponential = meter.createHistogram('exp')
    for (const value of [0.25, 1, 3]) {
      explicit.record(value)
      exponential.record(value)
    }
    exponential.record(0)
    clock.nowMs += 1000
    const metrics = decode(await reader.collect())
    expect(
      metrics.map(({ name, type, temporality, monotonic }) => [name, type, temporality, monotonic]),
    ).toEqual([
      ['orders', 'sum', 'delta', true],
      ['active', 'sum', 'cumulative', false],
      ['level', 'gauge', undefined, undefined],
      ['explicit', 'histogram', 'delta', undefined],
      ['exp', 'exponentialHistogram', 'delta', undefined],
    ])
    const [orders, active, , explicitData, exponentialData] = metrics
    expect(orders).toMatchObject({
      description: 'ž',
      unit: '{order}',
      scope: { name: 'shop "A"', version: '1.2' },
    })
    expect(orders?.points[0]).toMatchObject({
      attributes: { 'pay\n': 'card', yes: true, count: 3, list: ['a', 'b'] },
      value: 2.5,
      startTimeUnixNano: 1_700_000_000_123_400_000n,
      timeUnixNano: 1_700_000_001_123_400_000n,
      exemplars: [{ value: 2.5, timeUnixNano: 1_700_000_000_123_400_000n }],
    })
    expect(active?.points[0]?.value).toBe(-7)
    expect(explicitData?.points[0]).toMatchObject({
      count: 3,
      sum: 4.25,
      min: 0.25,
      max: 3,
      bucketCounts: [1, 1, 1],
      explicitBounds: [0.5, 1],
    })
    expect(exponentialData?.points[0]).toMatchObject({
      count: 4,
      sum: 4.25,
      zeroCount: 1,
      zeroThreshold: 0,
      min: 0,
      max: 3,
    })
    expect(exponentialData?.points[0]).not.toHaveProperty('negative')
    const { counts } = exponentialData?.points[0]?.positive ?? { counts: [] }
    expect(counts.reduce((a, b) => a + b, 0)).toBe(3)
  })

  it('writes exemplars with ids and the attributes that were dropped', () => {
    const [metric] = decode([
      {
        ...sumOf(1, true),
        points: [
          {
            attributes: {},
            startMs: 1,
            timeMs: 2,
            value: 1,
            exemplars: [
              {
                value: 1,
                timeMs: 1.5,
                traceId: '0af7651916cd43dd8448eb211c80319c',
                spanId: 'b7ad6b7169203331',
                attributes: { user: 'u' },
              },
            ],
          },
        ],
      } as MetricData,
    ])
    expect(metric?.points[0]?.exemplars).toEqual([
      {
        value: 1,
        timeUnixNano: 1_500_000n,
        traceId: '0af7651916cd43dd8448eb211c80319c',
        spanId: 'b7ad6b7169203331',
        attributes: { user: 'u' },
      },
    ])
  })

  it.each([
    [5, true, { asInt: '5' }],
    [-5, true, { asInt: '-5' }],
    [2 ** 60, true, { asInt: '1152921504606846976' }],
    [2 ** 64, true, { asDouble: 2 ** 64 }],
    [0.5, true, { asDouble: 0.5 }],
    [5, false, { asDouble: 5 }],
    [Number.NaN, false, { asDouble: 'NaN' }],
    [Number.POSITIVE_INFINITY, true, { asDouble: 'Infinity' }],
    [Number.NEGATIVE_INFINITY, false, { asDouble: '-Infinity' }],
    [1e300, false, { asDouble: 1e300 }],
  ])('writes %s, integer: %s, as %j', (value, integer, expected) => {
    expect(parse([sumOf(value, integer)]).sum.dataPoints[0]).toMatchObject(expected)
  })

  it('writes counts as decimal strings', () => {
    const metric: MetricData = {
      ...sumOf(0, false),
      type: 'histogram',
      bounds: [1],
      points: [{ attributes: {}, startMs: 1, timeMs: 2, count: 3, bucketCounts: [1, 2] }],
    } as MetricData
    const [point] = parse([metric]).histogram.dataPoints
    expect(point).toMatchObject({ count: '3', bucketCounts: ['1', '2'], explicitBounds: [1] })
    expect(point).not.toHaveProperty('sum')
    expect(point).not.toHaveProperty('min')
  })

  it('groups metrics by scope, equal ones together though they are different objects', () => {
    const inScope = (name: string, version?: string): MetricData => ({
      ...sumOf(1, true),
      scope: { name, ...(version && { version }) },
    })
    const body = JSON.parse(
      encodeMetrics(RESOURCE, [inScope('a'), inScope('b'), inScope('a'), inScope('a', '2')]),
    )
    const scopes: { scope: object; metrics: unknown[] }[] = body.resourceMetrics[0].scopeMetrics
    expect(scopes.map(({ scope, metrics }) => [scope, metrics.length])).toEqual([
      [{ name: 'a' }, 2],
      [{ name: 'b' }, 1],
      [{ name: 'a', version: '2' }, 1],
    ])
  })

  it('is legal whatever names, units and attributes contain', () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 1, unit: 'binary' }),
        fc.dictionary(fc.string({ minLength: 1, unit: 'binary' }), fc.string({ unit: 'binary' })),
        fc.double(),
        (name, attributes, value) => {
          const metric = sumOf(value, false)
          const [decoded] = decode([
            {
              ...metric,
              name,
              unit: name,
              description: name,
              points: [{ attributes, startMs: 1, timeMs: 2, value }],
            } as MetricData,
          ])
          expect(decoded).toMatchObject({ name, unit: name, description: name })
          expect(decoded?.points[0]?.value).toBe(value)
        },
      ),
      { numRuns: 200 },
    )
  })
})
