import type { Attributes } from '@opentelemetry/api'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { protobuf } from '../../../../src/entries/protobuf.ts'
import { encodeLogs } from '../../../../src/export/json/logs.ts'
import { encodeMetrics } from '../../../../src/export/json/metrics.ts'
import { encodeTraces } from '../../../../src/export/json/traces.ts'
import { encodeAttributes } from '../../../../src/export/json/values.ts'
import type { LogRecord } from '../../../../src/logs/record.ts'
import type { MetricData } from '../../../../src/metrics/data.ts'
import { decodeJson, decodeProtobuf } from '../../../support/otlp-decoder.ts'
import { anyAttributes } from '../otlp/any-value.ts'
import { anyLogRecords, anyMetrics, anySpans } from './any-record.ts'

const resourceJson = (resource: Attributes): string =>
  `{"attributes":${encodeAttributes(resource)}}`

const recordOf = (body: unknown): LogRecord => ({
  timeMs: 1,
  severityNumber: 9,
  severityText: 'info',
  body,
  loggerName: 'app',
  attributes: {},
})

/** The next request begins with an empty buffer, which has to grow, once a large one has been written. */
const emptyBuffer = (): void => {
  protobuf.encodeLogs({}, [recordOf('x'.repeat(300_000))])
}

/** Half of the requests begin with a buffer that others have grown. */
const anyStart = fc.boolean().map((isCold) => () => {
  if (isCold) emptyBuffer()
})

// The decoder is generated code of another package, and strict: it refuses unknown fields, odd
// lengths and identifiers, and every record of the one encoding must equal that of the other.
describe('what an independent decoder reads from protobuf equals what it reads from JSON', () => {
  it('for spans', () => {
    fc.assert(
      fc.property(anyStart, anyAttributes, anySpans, (start, resource, spans) => {
        start()
        expect(decodeProtobuf('traces', protobuf.encodeTraces(resource, spans))).toEqual(
          decodeJson('traces', encodeTraces(resourceJson(resource), spans)),
        )
      }),
      { numRuns: 300 },
    )
  }, 30_000)

  it('for metrics', () => {
    fc.assert(
      fc.property(anyStart, anyAttributes, anyMetrics, (start, resource, metrics) => {
        start()
        expect(decodeProtobuf('metrics', protobuf.encodeMetrics(resource, metrics))).toEqual(
          decodeJson('metrics', encodeMetrics(resourceJson(resource), metrics)),
        )
      }),
      { numRuns: 300 },
    )
  }, 30_000)

  it('for log records', () => {
    fc.assert(
      fc.property(anyStart, anyAttributes, anyLogRecords, (start, resource, records) => {
        start()
        expect(decodeProtobuf('logs', protobuf.encodeLogs(resource, records))).toEqual(
          decodeJson('logs', encodeLogs(resourceJson(resource), records)),
        )
      }),
      { numRuns: 300 },
    )
  }, 30_000)

  it.each([10, 31, 32, 33, 40])('for values %i deep, with long ones at the bottom', (depth) => {
    for (const length of [0, 100, 16_300, 2_100_000]) {
      let body: unknown = 'x'.repeat(length)
      for (let i = 0; i < depth; i++) body = i % 2 ? [body] : { key: body }
      emptyBuffer()
      const records = [recordOf(body)]
      expect(decodeProtobuf('logs', protobuf.encodeLogs({}, records))).toEqual(
        decodeJson('logs', encodeLogs('{}', records)),
      )
    }
  })

  it.each([0, 1, 200, 1000, 5000])('for histograms of %i buckets', (buckets) => {
    const counts = Array.from({ length: buckets }, (_, i) => 2 ** (i % 53))
    const point = { attributes: {}, startMs: 1, timeMs: 2, count: buckets, sum: 0 }
    const named = { name: 'h', description: '', unit: 's', scope: { name: 'a' } }
    const ends = { offset: -9, counts }
    const metrics: MetricData[] = [
      {
        ...named,
        type: 'histogram',
        temporality: 'delta',
        bounds: counts,
        points: [{ ...point, bucketCounts: counts }],
      },
      {
        ...named,
        type: 'exponentialHistogram',
        temporality: 'delta',
        points: [
          { ...point, scale: -3, zeroCount: 1, zeroThreshold: 0, positive: ends, negative: ends },
        ],
      },
    ]
    for (const some of [metrics, metrics.slice(1)]) {
      emptyBuffer()
      expect(decodeProtobuf('metrics', protobuf.encodeMetrics({}, some))).toEqual(
        decodeJson('metrics', encodeMetrics('{}', some)),
      )
    }
  })

  it('for requests of every size, from a buffer that has to grow', () => {
    for (let length = 0; length < 9000; length += 23) {
      emptyBuffer()
      const records = [recordOf('é'.repeat(length)), recordOf(7)]
      const bodies = decodeProtobuf('logs', protobuf.encodeLogs({}, records)).map(
        ({ body }) => body,
      )
      expect(bodies).toEqual(['é'.repeat(length), 7])
    }
  }, 30_000)
})

describe('a request', () => {
  it('is left alone by those that come after it', () => {
    const first = protobuf.encodeLogs({}, [recordOf('first')])
    const copy = first.slice()
    protobuf.encodeLogs({}, [recordOf('another, and longer')])
    expect(first).toEqual(copy)
    expect(first.buffer.byteLength).toBe(first.byteLength)
  })

  it('is whole after one that could not be encoded', () => {
    const trap = {
      get key(): string {
        throw new Error('trap')
      },
    }
    expect(() => protobuf.encodeLogs({}, [recordOf('a'), recordOf(trap)])).toThrow('trap')
    expect(decodeProtobuf('logs', protobuf.encodeLogs({}, [recordOf('b')]))).toMatchObject([
      { body: 'b' },
    ])
  })

  it('keeps identifiers at their length whatever a library gave, or all would be refused', () => {
    const odd = { ...recordOf('a'), traceId: 'xyz', spanId: '0'.repeat(99), traceFlags: 1 }
    expect(decodeProtobuf('logs', protobuf.encodeLogs({}, [odd]))).toMatchObject([
      { traceId: expect.stringMatching(/^[0-9a-f]{32}$/), spanId: '0'.repeat(16) },
    ])
  })
})
