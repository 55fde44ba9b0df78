import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ExponentialHistogramPoint } from '../../../src/metrics/data.ts'
import { exponentialHistogram } from '../../../src/metrics/exponential-histogram.ts'
import { createMeterProvider } from '../../../src/metrics/provider.ts'
import { view } from '../../../src/metrics/view.ts'
import { exponentialBuckets } from '../../../src/prometheus/buckets.ts'

const EDGES = [
  Number.MAX_VALUE,
  Number.MIN_VALUE,
  -Number.MAX_VALUE,
  -Number.MIN_VALUE,
  0,
  1,
  2 ** 1023,
  2 ** -1074,
  2 ** -1022,
]

const pointOf = async (values: readonly number[]): Promise<ExponentialHistogramPoint> => {
  const provider = createMeterProvider({
    views: [view({ instrument: '*', aggregation: exponentialHistogram() })],
  })
  const reader = provider.addReader('cumulative')
  const instrument = provider.getMeter('test').createUpDownCounter('h')
  for (const value of values) instrument.add(value)
  const [metric] = await reader.collect()
  return metric?.points[0] as ExponentialHistogramPoint
}

const check = (points: readonly ExponentialHistogramPoint[], all: readonly number[][]): void => {
  exponentialBuckets(points).forEach((buckets, i) => {
    const values = all[i] ?? []
    const bounds = buckets.map(([bound]) => bound)
    expect(bounds.map(String)).toEqual([...new Set(bounds.map(String))])
    expect([...bounds].sort((a, b) => a - b)).toEqual(bounds)
    expect(bounds.at(-1)).toBe(Number.POSITIVE_INFINITY)
    let before = 0
    for (const [, count] of buckets) {
      expect(count).toBeGreaterThanOrEqual(before)
      before = count
    }
    expect(before).toBe(values.length)
  })
}

describe('the buckets of exponential histograms', () => {
  it.each(EDGES.map((edge) => [edge]))('have each bound once with %d', async (edge) => {
    const values = [edge, edge]
    check([await pointOf(values)], [values])
  })

  it('have each bound once, ascending, whatever was recorded', async () => {
    const value = fc.oneof(
      fc.constantFrom(...EDGES),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
    )
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(value, { minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 3 }),
        async (all) => check(await Promise.all(all.map(pointOf)), all),
      ),
      { numRuns: 50 },
    )
  })
})
