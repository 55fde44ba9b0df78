import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type {
  ExponentialHistogramData,
  HistogramData,
  MetricData,
} from '../../../src/metrics/data.ts'
import {
  exponential,
  exponentialPoint,
  finestScale,
  gauge,
  histogram,
  histogramPoint,
  numberPoint,
  pointsOf,
  sum,
  valuesOf,
} from './metrics.ts'
import { type Fate, ISOLATES, type Recorded, SHARDS, World } from './world.ts'

const ROUTES = ['/a', '/b', '/c']

type Step = (world: World) => void | Promise<void>

const isolate = fc.integer({ min: 0, max: ISOLATES - 1 })
const shard = fc.integer({ min: 0, max: SHARDS.length - 1 })
const route = fc.integer({ min: 0, max: ROUTES.length - 1 })
// Eighths add up exactly, in whatever order.
const value = fc.integer({ min: 1, max: 800 }).map((eighths) => eighths / 8)
const fates = fc.array(
  fc.constantFrom<Fate>('arrives', 'lost', 'answer lost', 'late', 'twice', 'object dies'),
)
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .tuple(isolate, route, value)
      .map((args) => (world: World) => world.record(...args)),
  },
  {
    weight: 6,
    arbitrary: fc.tuple(isolate, shard, fates).map((args) => (world: World) => world.push(...args)),
  },
  { weight: 1, arbitrary: fc.constant((world: World) => world.lateArrivals()) },
  { weight: 1, arbitrary: isolate.map((index) => (world: World) => world.restartIsolate(index)) },
  { weight: 1, arbitrary: shard.map((index) => (world: World) => world.restartShard(index)) },
)

const byRoute = (recorded: readonly Recorded[]) =>
  ROUTES.map((name, index) => {
    const ours = recorded.filter((one) => one.route === index)
    return {
      attributes: { route: name },
      key: JSON.stringify({ route: name }),
      values: ours.map((one) => one.value),
      latestMs: Math.max(...ours.map((one) => one.timeMs)),
    }
  }).filter(({ values }) => values.length)

const total = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0)

const metricsOf = (recorded: readonly Recorded[], timeMs: number): MetricData[] => {
  const routes = byRoute(recorded)
  return [
    sum(routes.map(({ attributes, values }) => numberPoint(values.length, attributes))),
    sum(
      routes.map(({ attributes, values }) =>
        numberPoint(total(values.map((v) => 50 - v)), attributes),
      ),
      { name: 'balance', monotonic: false, integer: false },
    ),
    gauge(routes.map(({ attributes }) => ({ ...numberPoint(timeMs, attributes), timeMs }))),
    histogram(routes.map(({ attributes, values }) => histogramPoint(values, attributes))),
    exponential(
      // Isolates that measure other ranges are at other scales.
      routes.map(({ attributes, values }, i) =>
        exponentialPoint(values, (timeMs % 3) + i, attributes),
      ),
    ),
  ]
}

describe('the aggregator', () => {
  it('counts everything once, whatever is lost, late, repeated or restarted', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 150 }), async (steps) => {
        const world = new World(metricsOf)
        for (const one of steps) await one(world)
        await world.settle()
        const { actual } = world
        const routes = byRoute(world.expected)
        const expected = (of: (route: (typeof routes)[0]) => number) =>
          Object.fromEntries(routes.map((one) => [one.key, of(one)]))

        expect(valuesOf(actual, 'requests')).toEqual(expected(({ values }) => values.length))
        expect(valuesOf(actual, 'balance')).toEqual(
          expected(({ values }) => total(values.map((v) => 50 - v))),
        )
        expect(valuesOf(actual, 'temperature')).toEqual(expected(({ latestMs }) => latestMs))

        for (const { key, values } of routes) {
          const find = <M extends MetricData>(name: string) =>
            pointsOf<M>(actual, name).find(({ attributes }) => JSON.stringify(attributes) === key)
          const { count, sum, min, max, bucketCounts } = histogramPoint(values)
          expect(find<HistogramData>('duration')).toMatchObject({
            count,
            sum,
            min,
            max,
            bucketCounts,
          })
          const size = find<ExponentialHistogramData>('size')
          const { positive, zeroCount } = exponentialPoint(values, size?.scale ?? 0)
          expect(size).toMatchObject({ count, sum, min, max, positive, zeroCount })
          expect(finestScale(values, size?.scale ?? 0)).toBe(size?.scale)
        }
      }),
      { numRuns: 300 },
    )
  }, 60_000)
})
