import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ExponentialHistogramPoint } from '../../../src/metrics/data.ts'
import { exponentialHistogram } from '../../../src/metrics/exponential-histogram.ts'
import { type ExponentialState, mergeExponential } from '../../../src/metrics/merge-exponential.ts'
import { filled, idealBuckets } from './exponential-oracle.ts'

const MAX_SIZE = 20

const stateOf = (
  values: readonly number[],
  signed = false,
  maxSize = MAX_SIZE,
): ExponentialState => {
  const series = exponentialHistogram({ maxSize }).series(signed)
  for (const value of values) series.update(value)
  return series.take(true) as ExponentialHistogramPoint
}

const someValues = fc.array(
  fc.oneof(
    fc.double({ min: 1e-3, max: 1e3, noNaN: true }),
    fc.double({ min: 1e-300, max: 1e300, noNaN: true }),
  ),
  { maxLength: 30 },
)

describe('merging exponential histograms', () => {
  it('has the buckets that all values in one histogram would have', () => {
    fc.assert(
      fc.property(fc.array(someValues, { minLength: 1, maxLength: 5 }), (parts) => {
        const all = parts.flat()
        const merged = parts
          .map((part) => stateOf(part))
          .reduce((a, b) => mergeExponential(a, b, MAX_SIZE))
        const ideal = idealBuckets(all, MAX_SIZE, 20)
        expect({ scale: merged.scale, buckets: filled(merged.positive) }).toEqual(ideal)
        expect(merged.positive.counts.length).toBeLessThanOrEqual(MAX_SIZE)
        expect(merged.count).toBe(all.length)
        if (all.length > 0) {
          expect(merged.min).toBe(Math.min(...all))
          expect(merged.max).toBe(Math.max(...all))
        }
        const sum = all.reduce((a, b) => a + b, 0)
        expect(Math.abs((merged.sum ?? Number.NaN) - sum)).toBeLessThanOrEqual(1e-9 * sum)
      }),
      { numRuns: 300 },
    )
  })

  it('does not depend on the order', () => {
    fc.assert(
      fc.property(someValues, someValues, (a, b) => {
        const { sum: _, ...one } = mergeExponential(stateOf(a), stateOf(b), MAX_SIZE)
        const { sum: __, ...other } = mergeExponential(stateOf(b), stateOf(a), MAX_SIZE)
        expect(filled(one.positive)).toEqual(filled(other.positive))
        expect(one.scale).toBe(other.scale)
      }),
    )
  })

  it('leaves its inputs alone', () => {
    for (const [a, b] of [
      [stateOf([1, 1e9]), stateOf([1e-9])],
      [stateOf([1]), stateOf([1])],
    ] as const) {
      const before = structuredClone([a, b])
      mergeExponential(a, b, MAX_SIZE)
      expect([a, b]).toEqual(before)
    }
  })

  it('takes the extremes of the side that has any', () => {
    const { min: _, max: __, ...empty } = stateOf([])
    const full = stateOf([2, 3])
    expect(mergeExponential(empty, full)).toMatchObject({ min: 2, max: 3, scale: full.scale })
    expect(mergeExponential(full, empty)).toMatchObject({ min: 2, max: 3, scale: full.scale })
  })

  it('adds zeros and negative values', () => {
    const merged = mergeExponential(stateOf([0, -1, -2, 3], true), stateOf([0, -4], true))
    expect(merged).toMatchObject({ count: 6, zeroCount: 2, min: -4, max: 3 })
    expect(merged.negative.counts.reduce((a, b) => a + b)).toBe(3)
    expect(merged).not.toHaveProperty('sum')
  })

  it('shrinks for the sake of the negative range too', () => {
    const merged = mergeExponential(stateOf([-1e-9], true), stateOf([-1e9], true), 4)
    expect(merged.negative.counts.length).toBeLessThanOrEqual(4)
    expect(merged.count).toBe(2)
  })

  it('keeps the larger zero threshold', () => {
    const a = { ...stateOf([1]), zeroThreshold: 1e-6 }
    expect(mergeExponential(a, stateOf([1])).zeroThreshold).toBe(1e-6)
  })
})
