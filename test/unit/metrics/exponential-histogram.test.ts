import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ExponentialHistogramPoint } from '../../../src/metrics/data.ts'
import { bucketIndex } from '../../../src/metrics/exponential-buckets.ts'
import { exponentialHistogram } from '../../../src/metrics/exponential-histogram.ts'
import { view } from '../../../src/metrics/view.ts'
import {
  exponentialPoint,
  filled,
  idealBuckets,
  slowIndex,
  upperBound,
} from './exponential-oracle.ts'
import { record } from './recording.ts'

const point = async (
  values: readonly number[],
  options: { maxSize?: number; maxScale?: number } = {},
): Promise<ExponentialHistogramPoint> => {
  const { meter, collect } = record('cumulative', {
    views: [view({ aggregation: exponentialHistogram(options) })],
  })
  // An up-down counter, because histograms refuse negative values.
  const instrument = meter.createUpDownCounter('x')
  for (const value of values) instrument.add(value)
  return exponentialPoint((await collect()).x)
}

/** Over the whole range of doubles, subnormal ones included. */
const positive = fc
  .tuple(fc.integer({ min: -1074, max: 1023 }), fc.double({ min: 1, max: 2, noNaN: true }))
  .map(([exponent, fraction]) => Math.min(fraction * 2 ** exponent || 5e-324, Number.MAX_VALUE))

describe('bucket index', () => {
  it('is exact at every power of two, at every scale', () => {
    for (let exponent = -1074; exponent <= 1023; exponent++) {
      const value = 2 ** exponent
      for (let scale = -10; scale <= 20; scale++) {
        const expected = scale > 0 ? exponent * 2 ** scale - 1 : (exponent - 1) >> -scale
        if (bucketIndex(value, scale) !== expected) {
          expect([value, scale, bucketIndex(value, scale)]).toEqual([value, scale, expected])
        }
      }
    }
  })

  it('is in the next bucket just above a power of two, and not just below', () => {
    for (let exponent = -1021; exponent <= 1023; exponent++) {
      const value = 2 ** exponent
      for (let scale = 0; scale <= 20; scale++) {
        const last = exponent * 2 ** scale - 1
        const above = bucketIndex(value * (1 + Number.EPSILON), scale)
        const below = bucketIndex(value * (1 - Number.EPSILON / 2), scale)
        if (above !== last + 1 || below !== last) {
          expect([value, scale, above, below]).toEqual([value, scale, last + 1, last])
        }
      }
    }
  })

  it('agrees with a search through the bounds, save where a value is on one', () => {
    fc.assert(
      fc.property(positive, fc.integer({ min: -10, max: 20 }), (value, scale) => {
        const index = bucketIndex(value, scale)
        if (index === slowIndex(value, scale)) return
        // Bounds that are no powers of two are irrational: their rounded values settle nothing.
        const bound = upperBound(Math.min(index, slowIndex(value, scale)), scale)
        expect(Math.abs(value - bound) / bound).toBeLessThan(1e-12)
      }),
      { numRuns: 5000 },
    )
  })
})

describe('exponential histogram', () => {
  it('starts at the finest scale', async () => {
    expect(await point([1.5])).toMatchObject({
      count: 1,
      scale: 20,
      zeroCount: 0,
      zeroThreshold: 0,
      positive: { counts: [1] },
      negative: { offset: 0, counts: [] },
      min: 1.5,
      max: 1.5,
    })
  })

  it('counts zeros apart', async () => {
    expect(await point([0, -0, 1])).toMatchObject({
      count: 3,
      zeroCount: 2,
      positive: { counts: [1] },
    })
  })

  it.each([
    [[1, 2, 4], 4, 20, 0],
    [[1, 1.5, 2], 4, 20, 1],
    [[1, 2, 4, 8, 16], 2, 20, -2],
    [[1, 2], 160, 3, 3],
    [[5e-324, Number.MAX_VALUE], 160, 20, -4],
    [[5e-324, Number.MAX_VALUE], 2, 20, -11],
  ])(
    '%j in %i buckets, at most at scale %i, has scale %i',
    async (values, maxSize, maxScale, scale) => {
      const result = await point(values, { maxSize, maxScale })
      expect(result.scale).toBe(scale)
      expect(idealBuckets(values, maxSize, maxScale).scale).toBe(scale)
    },
  )

  it('keeps the finest scale that fits, and every value in its bucket', async () => {
    const moderate = fc.double({ min: 1e-3, max: 1e3, noNaN: true })
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof(moderate, positive), { minLength: 1, maxLength: 40 }),
        fc.integer({ min: 2, max: 40 }),
        fc.integer({ min: -4, max: 12 }),
        async (values, maxSize, maxScale) => {
          const result = await point(values, { maxSize, maxScale })
          const ideal = idealBuckets(values, maxSize, maxScale)
          expect({ scale: result.scale, buckets: filled(result.positive) }).toEqual(ideal)
          expect(result.positive.counts.length).toBeLessThanOrEqual(maxSize)
          expect(result.count).toBe(values.length)
        },
      ),
      { numRuns: 300 },
    )
  })

  it('counts negative values by their size, at the scale of all', async () => {
    const result = await point([-1, -2, -4, 1, 2, 4, 8], { maxSize: 4 })
    expect(result).toMatchObject({
      scale: 0,
      count: 7,
      positive: { offset: -1, counts: [1, 1, 1, 1] },
      negative: { offset: -1, counts: [1, 1, 1] },
    })
    expect(result).not.toHaveProperty('sum')
  })

  it('starts over with deltas, at the finest scale again', async () => {
    const { meter, collect } = record('delta', {
      views: [view({ aggregation: exponentialHistogram() })],
    })
    const histogram = meter.createHistogram('h')
    for (const value of [0, 1e-9, 1e9]) histogram.record(value)
    const first = exponentialPoint((await collect()).h)
    expect(first).toMatchObject({ count: 3, zeroCount: 1, sum: 1e9 + 1e-9 })
    expect(first.scale).toBeLessThan(4)
    histogram.record(3)
    expect(exponentialPoint((await collect()).h)).toMatchObject({
      count: 1,
      zeroCount: 0,
      sum: 3,
      min: 3,
      max: 3,
      scale: 20,
      positive: { counts: [1] },
    })
    expect(first.count).toBe(3)
  })

  it('does not change what was collected before', async () => {
    const { meter, collect } = record('cumulative', {
      views: [view({ aggregation: exponentialHistogram() })],
    })
    const histogram = meter.createHistogram('h')
    histogram.record(1)
    const before = structuredClone(exponentialPoint((await collect()).h))
    const first = exponentialPoint((await collect()).h)
    histogram.record(1)
    histogram.record(1000)
    expect(first.positive).toEqual(before.positive)
  })

  it('has every quantile within the error of its scale', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.double({ min: 1e-3, max: 1e5, noNaN: true }), { minLength: 1, maxLength: 200 }),
        async (values) => {
          const result = await point(values)
          const sorted = values.toSorted((a, b) => a - b)
          const base = 2 ** (2 ** -result.scale)
          for (const quantile of [0, 0.1, 0.5, 0.9, 0.99, 1]) {
            const rank = Math.min(Math.floor(quantile * sorted.length), sorted.length - 1)
            const actual = sorted[rank] as number
            const estimate = middleOfRank(result, rank)
            expect(Math.abs(estimate - actual) / actual).toBeLessThanOrEqual((base - 1) / 2 + 1e-9)
          }
        },
      ),
      { numRuns: 200 },
    )
  })
})

/** The middle of the bucket that holds the value of this rank. */
const middleOfRank = ({ scale, positive }: ExponentialHistogramPoint, rank: number): number => {
  let seen = 0
  for (const [index, count] of filled(positive)) {
    seen += count
    if (seen > rank) return (upperBound(index - 1, scale) + upperBound(index, scale)) / 2
  }
  throw new Error('no such rank')
}
