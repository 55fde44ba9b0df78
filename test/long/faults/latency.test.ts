import { describe, expect, it } from 'vitest'
import { compare, p99 } from './latency.ts'

/** Twenty-one rounds of the baseline, a tenth of them hit by something else. */
const BASELINE = Array.from({ length: 21 }, (_, i) => (i % 10 === 0 ? 90 : 20 + (i % 3)))

const observed = (extraMs: number): number[] =>
  Array.from({ length: 20 }, (_, i) => (i % 7 === 0 ? 120 : 20 + extraMs + (i % 3)))

describe('the comparison of 99th percentiles', () => {
  it('forgives what hits a round now and then', () => {
    expect(compare(BASELINE, observed(0))).toMatchObject({ isWithinBounds: true })
    expect(compare(BASELINE, observed(4))).toMatchObject({ isWithinBounds: true })
  })

  it('sees what hits them all', () => {
    const { differenceMs, isWithinBounds } = compare(BASELINE, observed(7))
    expect(isWithinBounds).toBe(false)
    expect(differenceMs).toBeGreaterThan(5)
    expect(differenceMs).toBeLessThan(8)
  })

  it('allows a tenth of a slow baseline, and what its own rounds differ by', () => {
    const slow = Array.from({ length: 21 }, (_, i) => (i % 2 ? 210 : 190))
    const later = (ms: number): number[] => Array(20).fill(200 + ms)
    expect(compare(slow, later(38)).isWithinBounds).toBe(true)
    expect(compare(slow, later(42)).isWithinBounds).toBe(false)
  })

  it('takes the third largest of 250', () => {
    expect(p99(Array.from({ length: 250 }, (_, i) => i))).toBe(247)
  })
})
