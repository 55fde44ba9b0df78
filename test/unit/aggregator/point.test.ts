import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addPoint, type Point } from '../../../src/aggregator/point.ts'
import type { ExponentialHistogramPoint, MetricData } from '../../../src/metrics/data.ts'
import {
  exponential,
  exponentialPoint,
  finestScale,
  gauge,
  histogram,
  histogramPoint,
  NOW_MS,
  numberPoint,
  sum,
} from './metrics.ts'

const added = <P extends Point>(metric: MetricData, [first, ...rest]: readonly P[]): P => {
  const total = structuredClone(first) as P
  for (const point of rest) addPoint(metric, total, structuredClone(point))
  return total
}

describe('addPoint', () => {
  it('adds sums, also negative ones', () => {
    expect(
      added(
        sum([]),
        [3, 4, 5].map((value) => numberPoint(value)),
      ).value,
    ).toBe(12)
    const upDown = sum([], { monotonic: false })
    expect(
      added(
        upDown,
        [3, -4].map((value) => numberPoint(value)),
      ).value,
    ).toBe(-1)
  })

  it('takes the latest value of a gauge, in whatever order they arrive', () => {
    const values = [5, 9, 7].map((value) => ({ ...numberPoint(value), timeMs: NOW_MS + value }))
    fc.assert(
      fc.property(fc.shuffledSubarray(values, { minLength: 3 }), (shuffled) => {
        expect(added(gauge([]), shuffled)).toMatchObject({ value: 9, timeMs: NOW_MS + 9 })
      }),
    )
  })

  it('takes the later arrival when two values of a gauge have the same time', () => {
    expect(
      added(
        gauge([]),
        [1, 2].map((value) => numberPoint(value)),
      ).value,
    ).toBe(2)
  })

  it('starts when the first began and ends when the last did', () => {
    const early = { ...numberPoint(1), startMs: 10, timeMs: 20 }
    const late = { ...numberPoint(1), startMs: 15, timeMs: 30 }
    expect(added(sum([]), [late, early])).toMatchObject({ startMs: 10, timeMs: 30 })
  })

  it('adds histograms to the histogram of all values', () => {
    const values = fc.array(fc.integer({ min: 0, max: 2000 }).map((value) => value / 100))
    fc.assert(
      fc.property(fc.array(values, { minLength: 1 }), (parts) => {
        const total = added(
          histogram([]),
          parts.map((part) => histogramPoint(part)),
        )
        const expected = histogramPoint(parts.flat())
        expect({ ...total, sum: 0 }).toEqual({ ...expected, sum: 0 })
        expect(total.sum).toBeCloseTo(expected.sum ?? 0, 6)
      }),
    )
  })

  it('does not know a sum, minimum or maximum that one side did not know', () => {
    const { sum: _, min: __, ...rest } = histogramPoint([5])
    const total = added(histogram([]), [histogramPoint([1]), rest, histogramPoint([2])])
    expect(total).toMatchObject({ count: 3, max: 5 })
    expect(total).not.toHaveProperty('sum')
    expect(total).not.toHaveProperty('min')
    const { sum: ___, ...bare } = exponentialPoint([5], 3)
    expect(
      added(exponential([]), [exponentialPoint([1], 3), bare, exponentialPoint([2], 3)]),
    ).not.toHaveProperty('sum')
  })

  const magnitude = fc.double({ min: 1e-9, max: 1e9, noNaN: true })
  const value = fc.oneof(
    magnitude,
    magnitude.map((positive) => -positive),
    fc.constant(0),
  )
  const part = fc.record({
    values: fc.array(value, { maxLength: 30 }),
    scale: fc.integer({ min: -4, max: 2 }),
  })

  it('adds exponential histograms to the histogram of all values at the finest common scale', () => {
    fc.assert(
      fc.property(fc.array(part, { minLength: 2, maxLength: 6 }), (parts) => {
        const total = added(
          exponential([]),
          parts.map(({ values, scale }) => exponentialPoint(values, scale)),
        )
        const values = parts.flatMap((one) => one.values)
        const scale = finestScale(values, Math.min(...parts.map((one) => one.scale)))
        const expected = exponentialPoint(values, scale)
        expect(total.scale).toBe(scale)
        expect(withoutEmpty(total)).toEqual(withoutEmpty(expected))
        expect(total).toMatchObject({ count: expected.count, zeroCount: expected.zeroCount })
        expect(total.sum).toBeCloseTo(expected.sum ?? 0, 0)
      }),
    )
  })

  it('scales down until 160 buckets hold the values of both, and no further', () => {
    const total = added(exponential([]), [
      exponentialPoint([1.1, 1.5], 5),
      exponentialPoint([1e6], 5),
    ])
    // 19.93 powers of two: 8 buckets each are 160 in all, 16 would be 319.
    expect(total.scale).toBe(3)
    expect(total.positive.counts.length).toBeLessThanOrEqual(160)
    expect(withoutEmpty(total)).toEqual(withoutEmpty(exponentialPoint([1.1, 1.5, 1e6], 3)))
  })

  it('keeps the newest exemplar of each bucket', () => {
    const withExemplar = (value: number, timeMs: number) => ({
      ...histogramPoint([value]),
      exemplars: [{ value, timeMs, traceId: 'a'.repeat(32), spanId: 'b'.repeat(16) }],
    })
    const total = added(histogram([]), [
      withExemplar(0.5, 1),
      withExemplar(5, 2),
      withExemplar(0.7, 3),
      withExemplar(0.6, 2),
    ])
    expect(total.exemplars?.map((exemplar) => exemplar.value)).toEqual([0.7, 5])
  })

  it('bounds the exemplars of a series', () => {
    const points = Array.from({ length: 100 }, (_, i) => ({
      ...exponentialPoint([2 ** i], 0),
      exemplars: [{ value: 2 ** i, timeMs: i }],
    }))
    const total = added(exponential([]), points)
    expect(total.exemplars).toHaveLength(20)
    expect(total.exemplars?.[0]?.timeMs).toBe(99)
  })
})

/** Counts by bucket index; where the arrays begin and end is a matter of taste. */
const withoutEmpty = ({ positive, negative }: ExponentialHistogramPoint) =>
  [positive, negative].map(({ offset, counts }) =>
    counts.flatMap((count, i) => (count ? [[offset + i, count]] : [])),
  )
