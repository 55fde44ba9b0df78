import { createRequire } from 'node:module'
import type { Attributes, MeterProvider } from '@opentelemetry/api'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { MetricData } from '../../../src/metrics/data.ts'
import { exponentialHistogram } from '../../../src/metrics/exponential-histogram.ts'
import { createMeterProvider } from '../../../src/metrics/provider.ts'
import { view } from '../../../src/metrics/view.ts'

interface SdkPoint {
  attributes: Attributes
  value: unknown
}

interface SdkReader {
  collect(): Promise<{
    resourceMetrics: {
      scopeMetrics: { metrics: { descriptor: { name: string }; dataPoints: SdkPoint[] }[] }[]
    }
  }>
}

interface Sdk {
  MeterProvider: new (options: object) => MeterProvider
  MetricReader: abstract new (options: object) => SdkReader
  View: new (options: object) => object
  ExponentialHistogramAggregation: new (maxSize: number) => object
  AggregationTemporality: { DELTA: number; CUMULATIVE: number }
}

// The SDK is a dependency of the serializer that other tests use, and only reachable from there.
const require = createRequire(
  createRequire(import.meta.url).resolve('@opentelemetry/otlp-transformer'),
)
const sdk = require('@opentelemetry/sdk-metrics') as Sdk

class ManualReader extends sdk.MetricReader {
  onForceFlush = async (): Promise<void> => {}
  onShutdown = async (): Promise<void> => {}
}

const MAX_SIZE = 20

const theirs = (temporality: 'delta' | 'cumulative') => {
  const { DELTA, CUMULATIVE } = sdk.AggregationTemporality
  const selected = temporality === 'delta' ? DELTA : CUMULATIVE
  const reader = new ManualReader({ aggregationTemporalitySelector: () => selected })
  const provider = new sdk.MeterProvider({
    readers: [reader],
    views: [
      new sdk.View({
        instrumentName: 'exponential',
        aggregation: new sdk.ExponentialHistogramAggregation(MAX_SIZE),
      }),
    ],
  })
  return {
    meter: provider.getMeter('m'),
    async collect(): Promise<Map<string, unknown>> {
      const { resourceMetrics } = await reader.collect()
      const metrics = resourceMetrics.scopeMetrics.flatMap((scope) => scope.metrics)
      return new Map(
        metrics.flatMap(({ descriptor, dataPoints }) =>
          dataPoints.map(({ attributes, value }) => [keyOf(descriptor.name, attributes), value]),
        ),
      )
    },
  }
}

const ours = (temporality: 'delta' | 'cumulative') => {
  const provider = createMeterProvider({
    views: [
      view({
        instrument: 'exponential',
        aggregation: exponentialHistogram({ maxSize: MAX_SIZE }),
      }),
    ],
  })
  const reader = provider.addReader(() => temporality)
  return {
    meter: provider.getMeter('m'),
    async collect(): Promise<Map<string, unknown>> {
      const metrics = await reader.collect()
      return new Map(
        metrics.flatMap((metric) =>
          asTheirs(metric).map(({ attributes, value }) => [keyOf(metric.name, attributes), value]),
        ),
      )
    },
  }
}

const keyOf = (name: string, attributes: Attributes): string =>
  `${name} ${JSON.stringify(Object.entries(attributes).toSorted())}`

/** Our points in the SDK's form. */
const asTheirs = (metric: MetricData): SdkPoint[] => {
  if (metric.type === 'histogram') {
    return metric.points.map(({ attributes, count, sum, min, max, bucketCounts }) => ({
      attributes,
      value: {
        count,
        sum,
        min,
        max,
        buckets: { boundaries: metric.bounds, counts: bucketCounts },
      },
    }))
  }
  if (metric.type === 'exponentialHistogram') {
    return metric.points.map(({ attributes, positive, negative, ...point }) => ({
      attributes,
      value: {
        count: point.count,
        sum: point.sum,
        min: point.min,
        max: point.max,
        scale: point.scale,
        zeroCount: point.zeroCount,
        positive: { offset: positive.offset, bucketCounts: positive.counts },
        negative: { offset: negative.offset, bucketCounts: negative.counts },
      },
    }))
  }
  return metric.points.map(({ attributes, value }) => ({ attributes, value }))
}

const measurement = fc.record({
  instrument: fc.constantFrom('counter', 'upDown', 'gauge', 'explicit', 'exponential'),
  // Not zero and not subnormal: the SDK rounds the latter, and loses its scale when it merges the former.
  value: fc.oneof(
    fc.double({ min: 1e-300, max: 1e5, noNaN: true }),
    fc.integer({ min: 1, max: 100 }),
  ),
  set: fc.integer({ min: 0, max: 3 }),
})

/** Numbers that are summed up in another order differ in their last bits. */
const rounded = (points: unknown): unknown =>
  JSON.parse(
    JSON.stringify(points, (_, value) => {
      if (value instanceof Map) return Object.fromEntries(value)
      return typeof value === 'number' ? Number(value.toPrecision(12)) : value
    }),
  )

const record = async (
  { meter, collect }: ReturnType<typeof ours>,
  measurements: readonly { instrument: string; value: number; set: number }[][],
): Promise<Map<string, unknown>[]> => {
  const counter = meter.createCounter('counter')
  const upDown = meter.createUpDownCounter('upDown')
  const gauge = meter.createGauge('gauge')
  const explicit = meter.createHistogram('explicit', {
    advice: { explicitBucketBoundaries: [1, 10, 100, 1000] },
  })
  const exponential = meter.createHistogram('exponential')
  const collected: Map<string, unknown>[] = []
  for (const interval of measurements) {
    for (const { instrument, value, set } of interval) {
      const attributes = { set, text: `${set}`, even: set % 2 === 0 }
      if (instrument === 'counter') counter.add(value, attributes)
      else if (instrument === 'upDown') upDown.add(50 - value, attributes)
      else if (instrument === 'gauge') gauge.record(value, attributes)
      else if (instrument === 'explicit') explicit.record(value, attributes)
      else exponential.record(value, attributes)
    }
    collected.push(await collect())
  }
  return collected
}

describe('the OpenTelemetry SDK, given the same measurements', () => {
  it.each(['delta', 'cumulative'] as const)('collects the same %s points', async (temporality) => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(measurement, { maxLength: 40 }), { minLength: 1, maxLength: 4 }),
        async (measurements) => {
          const [expected, actual] = await Promise.all([
            record(theirs(temporality) as ReturnType<typeof ours>, measurements),
            record(ours(temporality), measurements),
          ])
          expect(rounded(actual)).toEqual(rounded(expected))
        },
      ),
      { numRuns: 150 },
    )
  })
})
