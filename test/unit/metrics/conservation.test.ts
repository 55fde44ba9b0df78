import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { HistogramPoint, MetricData, NumberPoint } from '../../../src/metrics/data.ts'
import { exponentialHistogram } from '../../../src/metrics/exponential-histogram.ts'
import { createMeterProvider } from '../../../src/metrics/provider.ts'
import { view } from '../../../src/metrics/view.ts'

type Step =
  | { kind: 'record'; value: number; set: number; order: boolean; bound: boolean }
  | { kind: 'collect' }

// Eighths add up exactly, in any order.
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('record' as const),
      value: fc.integer({ min: 0, max: 800 }).map((eighths) => eighths / 8),
      set: fc.integer({ min: 0, max: 7 }),
      order: fc.boolean(),
      bound: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: 'collect' as const }) },
)

const attributesOf = (set: number, order = false): Record<string, number> =>
  order ? { b: set % 3, a: set } : { a: set, b: set % 3 }

/** Totals by attribute set. For histograms of counts, sums and buckets. */
type Totals = Map<string, number[]>

const add = (totals: Totals, key: string, numbers: readonly number[]): void => {
  const before = totals.get(key) ?? numbers.map(() => 0)
  totals.set(
    key,
    numbers.map((number, i) => number + (before[i] ?? 0)),
  )
}

const numbersOf = (point: NumberPoint | HistogramPoint): number[] =>
  'value' in point ? [point.value] : [point.count, point.sum ?? Number.NaN, ...point.bucketCounts]

const addMetrics = (totals: Totals, metrics: readonly MetricData[]): void => {
  for (const { name, points } of metrics) {
    for (const point of points) {
      if ('bucketCounts' in point) {
        expect(point.bucketCounts.reduce((a, b) => a + b, 0)).toBe(point.count)
      }
      if (!('scale' in point))
        add(totals, `${name} ${JSON.stringify(point.attributes)}`, numbersOf(point))
    }
  }
}

const BOUNDS = [10, 50]

/** Runs the steps and returns what deltas add up to, what is cumulative, and what was recorded. */
const run = async (steps: readonly Step[], cardinalityLimit: number) => {
  const provider = createMeterProvider({ cardinalityLimit, views: [] })
  const deltas = provider.addReader('aggregator')
  const cumulative = provider.addReader('cumulative')
  const meter = provider.getMeter('m')
  const counter = meter.createCounter('c')
  const level = meter.createUpDownCounter('u')
  const histogram = meter.createHistogram('h', {
    advice: { explicitBucketBoundaries: BOUNDS },
  })
  const bound = new Map<number, ReturnType<typeof counter.bind>>()
  const [summed, recorded, totals]: [Totals, Totals, Totals] = [new Map(), new Map(), new Map()]
  for (const step of steps) {
    if (step.kind === 'collect') {
      addMetrics(summed, await deltas.collect())
      await cumulative.collect()
      continue
    }
    const { value, set, order } = step
    const attributes = attributesOf(set, order)
    if (step.bound) {
      const handle = bound.get(set) ?? counter.bind(attributes)
      bound.set(set, handle)
      handle.add(value)
    } else {
      counter.add(value, attributes)
    }
    level.add(order ? value : -value, attributes)
    histogram.record(value, attributes)
    const key = JSON.stringify(attributesOf(set))
    add(recorded, `c ${key}`, [value])
    add(recorded, `u ${key}`, [order ? value : -value])
    const bucket = value <= 10 ? 0 : value <= 50 ? 1 : 2
    add(recorded, `h ${key}`, [1, value, ...[0, 1, 2].map((i) => Number(i === bucket))])
  }
  addMetrics(summed, await deltas.collect())
  addMetrics(totals, await cumulative.collect())
  return { summed, recorded, totals }
}

const total = (totals: Totals, name: string): number[] => {
  const all: Totals = new Map()
  for (const [key, numbers] of totals) if (key.startsWith(name)) add(all, name, numbers)
  return all.get(name) ?? []
}

describe('whatever is recorded and collected', () => {
  it('all deltas add up to the total, which is what was recorded', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 120 }), async (steps) => {
        const { summed, recorded, totals } = await run(steps, 2000)
        const sorted = (map: Totals): unknown => [...map].toSorted(([a], [b]) => (a < b ? -1 : 1))
        expect(sorted(totals)).toEqual(sorted(recorded))
        expect(sorted(summed)).toEqual(sorted(recorded))
      }),
      { numRuns: 200 },
    )
  })

  it('nothing is lost or counted twice beyond the cardinality limit', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { maxLength: 120 }),
        fc.integer({ min: 1, max: 6 }),
        async (steps, limit) => {
          const { summed, recorded, totals } = await run(steps, limit)
          for (const name of ['c', 'u', 'h']) {
            expect(total(summed, name)).toEqual(total(recorded, name))
            expect(total(totals, name)).toEqual(total(recorded, name))
          }
          // A series of its own is never more than what was recorded under its attributes.
          for (const [key, [value = 0]] of totals) {
            if (key.startsWith('c') && !key.includes('overflow')) {
              expect(value).toBeLessThanOrEqual(recorded.get(key)?.[0] ?? Number.NaN)
            }
          }
        },
      ),
      { numRuns: 200 },
    )
  })

  it('exponential histograms count all and agree with the total', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof(fc.double({ min: 0, max: 1e6, noNaN: true }), fc.constant(null)), {
          maxLength: 60,
        }),
        async (steps) => {
          const provider = createMeterProvider({
            views: [view({ aggregation: exponentialHistogram({ maxSize: 10 }) })],
          })
          const reader = provider.addReader('delta')
          const histogram = provider.getMeter('m').createHistogram('h')
          let count = 0
          const collect = async (): Promise<void> => {
            for (const { points } of await reader.collect()) {
              for (const point of points) {
                if (!('scale' in point)) throw new Error('not exponential')
                const inBuckets = point.positive.counts.reduce((a, b) => a + b, 0)
                expect(inBuckets + point.zeroCount).toBe(point.count)
                count += point.count
              }
            }
          }
          for (const value of steps) {
            if (value === null) await collect()
            else histogram.record(value)
          }
          await collect()
          expect(count).toBe(steps.filter((value) => value !== null).length)
        },
      ),
      { numRuns: 100 },
    )
  })
})
