import {
  type Context,
  context,
  INVALID_SPAN_CONTEXT,
  ROOT_CONTEXT,
  TraceFlags,
  trace,
} from '@opentelemetry/api'
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { AsyncContextManager } from '../../../src/context/async-context.ts'
import type { Exemplar, MetricData } from '../../../src/metrics/data.ts'
import {
  BucketReservoir,
  type ExemplarReservoir,
  FixedSizeReservoir,
} from '../../../src/metrics/exemplars.ts'
import { exponentialHistogram } from '../../../src/metrics/exponential-histogram.ts'
import { view } from '../../../src/metrics/view.ts'
import { record } from './recording.ts'

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c'
const SPAN_ID = 'b7ad6b7169203331'

const inTrace = (traceFlags: number): Context =>
  trace.setSpanContext(ROOT_CONTEXT, { traceId: TRACE_ID, spanId: SPAN_ID, traceFlags })
const sampled = inTrace(TraceFlags.SAMPLED)
const unsampled = inTrace(TraceFlags.NONE)

const exemplarsOf = (metric: MetricData | undefined): readonly Exemplar[] =>
  metric?.points[0]?.exemplars ?? []

const draws = (...numbers: number[]): void => {
  const random = vi.spyOn(Math, 'random')
  for (const number of numbers) random.mockReturnValueOnce(number)
}

afterEach(() => vi.restoreAllMocks())

describe('exemplar filter', () => {
  it.each([
    ['trace_based', [0, 0, 1]],
    ['always_on', [1, 1, 1]],
    ['always_off', [0, 0, 0]],
  ] as const)(
    '%s: outside a trace, in one that is not sampled, in a sampled one: %j',
    async (exemplars, expected) => {
      const counts = []
      for (const context of [ROOT_CONTEXT, unsampled, sampled]) {
        const { meter, collect } = record('delta', { exemplars })
        meter.createCounter('c').add(1, {}, context)
        counts.push(exemplarsOf((await collect()).c).length)
      }
      expect(counts).toEqual(expected)
    },
  )

  it('looks at the active span where no context is given', async () => {
    const { meter, collect } = record()
    context.setGlobalContextManager(new AsyncContextManager())
    onTestFinished(() => context.disable())
    const counter = meter.createCounter('c')
    await context.with(sampled, async () => {
      await Promise.resolve()
      counter.add(1)
    })
    expect(exemplarsOf((await collect()).c)).toMatchObject([{ traceId: TRACE_ID, spanId: SPAN_ID }])
  })

  it('is trace_based by default', async () => {
    const { meter, collect } = record()
    const counter = meter.createCounter('c')
    counter.add(5, {}, unsampled)
    expect(exemplarsOf((await collect()).c)).toEqual([])
    counter.add(7, {}, sampled)
    expect(exemplarsOf((await collect()).c)).toEqual([
      { value: 7, timeMs: 1000, traceId: TRACE_ID, spanId: SPAN_ID },
    ])
  })

  it.each([
    ['there is no span', ROOT_CONTEXT],
    ['the span has no valid ids', trace.setSpanContext(ROOT_CONTEXT, INVALID_SPAN_CONTEXT)],
  ])('always_on leaves out the ids where %s', async (_, context) => {
    const { meter, collect } = record('delta', { exemplars: 'always_on' })
    meter.createGauge('g').record(5, {}, context)
    expect(exemplarsOf((await collect()).g)).toEqual([{ value: 5, timeMs: 1000 }])
  })

  it('applies to bound instruments, with the context they are given', async () => {
    const { meter, collect } = record('delta')
    meter.createCounter('c').bind({ a: 1 }).add(1, sampled)
    expect(exemplarsOf((await collect()).c)).toHaveLength(1)
  })

  it('does not apply to observable instruments', async () => {
    const { meter, collect } = record('delta', { exemplars: 'always_on' })
    meter.createObservableCounter('c').addCallback((result) => result.observe(1))
    expect(exemplarsOf((await collect()).c)).toEqual([])
  })
})

describe('exemplars', () => {
  it('of a counter: one', async () => {
    const { meter, collect } = record('delta')
    const counter = meter.createCounter('c')
    for (let i = 0; i < 10; i++) counter.add(i, {}, sampled)
    expect(exemplarsOf((await collect()).c)).toHaveLength(1)
  })

  it('of a histogram: one for each bucket, from that bucket', async () => {
    const { meter, collect } = record('delta')
    const histogram = meter.createHistogram('h', {
      advice: { explicitBucketBoundaries: [1, 2, 3] },
    })
    for (const value of [0.5, 1, 2.5, 9, 8, 7]) histogram.record(value, {}, sampled)
    const kept = exemplarsOf((await collect()).h).map(({ value }) =>
      value <= 1 ? 0 : value <= 2 ? 1 : value <= 3 ? 2 : 3,
    )
    expect(kept).toEqual([0, 2, 3])
  })

  it('of an exponential histogram: up to twenty', async () => {
    const { meter, collect } = record('delta', {
      views: [view({ aggregation: exponentialHistogram() })],
    })
    const histogram = meter.createHistogram('h')
    for (let i = 0; i < 5; i++) histogram.record(i, {}, sampled)
    expect(exemplarsOf((await collect()).h)).toHaveLength(5)
    for (let i = 0; i < 100; i++) histogram.record(i, {}, sampled)
    expect(exemplarsOf((await collect()).h)).toHaveLength(20)
  })

  it('keep the attributes that a view dropped', async () => {
    const { meter, collect } = record('delta', { views: [view({ attributes: ['a'] })] })
    meter.createCounter('c').add(1, { a: 1, user: 'u', list: [1] }, sampled)
    expect(exemplarsOf((await collect()).c)).toMatchObject([
      { attributes: { user: 'u', list: [1] } },
    ])
  })

  it('have no attributes of their own where the series has them all', async () => {
    const { meter, collect } = record('delta')
    meter.createCounter('c').add(1, { a: 1, user: 'u' }, sampled)
    expect(exemplarsOf((await collect()).c)[0]).not.toHaveProperty('attributes')
  })

  it('of the overflow series have all attributes', async () => {
    const { meter, collect } = record('delta', { cardinalityLimit: 1 })
    const counter = meter.createCounter('c')
    counter.add(1, { a: 1 }, unsampled)
    counter.add(1, { a: 2 }, sampled)
    expect((await collect()).c?.points[1]?.exemplars).toMatchObject([{ attributes: { a: 2 } }])
  })

  it('with deltas, belong to one interval', async () => {
    const { meter, collect } = record('delta')
    const counter = meter.createCounter('c')
    counter.add(1, {}, sampled)
    await collect()
    counter.add(1, {}, unsampled)
    expect(exemplarsOf((await collect()).c)).toEqual([])
  })

  it('of totals stay until a newer one replaces them', async () => {
    const { meter, collect } = record('cumulative')
    const counter = meter.createCounter('c')
    draws(0.001)
    counter.add(1, {}, sampled)
    await collect()
    expect(exemplarsOf((await collect()).c)).toMatchObject([{ value: 1 }])
    draws(0.999)
    counter.add(2, {}, sampled)
    expect(exemplarsOf((await collect()).c)).toMatchObject([{ value: 2 }])
  })
})

describe('reservoirs', () => {
  const fill = (reservoir: ExemplarReservoir, count: number, bucket = 0): void => {
    for (let value = 0; value < count; value++) {
      if (value === 0 || reservoir.wants(bucket)) reservoir.keep({ value, timeMs: 0 }, bucket)
    }
  }

  it.each([
    [1, 10],
    [4, 12],
  ])('of size %i keeps each of %i measurements equally often', (size, count) => {
    const kept = new Array<number>(count).fill(0)
    const runs = 20_000
    for (let run = 0; run < runs; run++) {
      const reservoir = new FixedSizeReservoir(size)
      fill(reservoir, count)
      for (const { value } of reservoir.collect()) kept[value] = (kept[value] ?? 0) + 1
    }
    const expected = (runs * size) / count
    // Six standard deviations: wrong once in a billion runs.
    const tolerance = 6 * Math.sqrt(expected)
    for (const times of kept) expect(Math.abs(times - expected)).toBeLessThan(tolerance)
  })

  it('keep each eligible measurement equally often, however many are not', () => {
    const kept = new Map<number, number>()
    for (let run = 0; run < 10_000; run++) {
      const reservoir = new FixedSizeReservoir(1)
      reservoir.keep({ value: 0, timeMs: 0 })
      for (let value = 1; value < 100; value++) {
        if (reservoir.wants() && value % 25 === 0) reservoir.keep({ value, timeMs: 0 })
      }
      for (const { value } of reservoir.collect()) kept.set(value, (kept.get(value) ?? 0) + 1)
    }
    expect([...kept.keys()].toSorted((a, b) => a - b)).toEqual([0, 25, 50, 75])
    for (const times of kept.values()) expect(Math.abs(times - 2500)).toBeLessThan(300)
  })

  it('of buckets sample each bucket alone', () => {
    const reservoir = new BucketReservoir()
    fill(reservoir, 100, 3)
    reservoir.keep({ value: 7, timeMs: 0 }, 1)
    const values = reservoir.collect().map(({ value }) => value)
    expect(values).toHaveLength(2)
    expect(values[0]).toBe(7)
  })

  it('can be the user’s own', async () => {
    const kept: [Exemplar, number][] = []
    const { meter, collect } = record('delta', {
      views: [
        view({
          exemplarReservoir: () => ({
            wants: () => true,
            keep: (exemplar, bucket) => void kept.push([exemplar, bucket]),
            collect: () => kept.map(([exemplar]) => exemplar),
          }),
        }),
      ],
    })
    const histogram = meter.createHistogram('h')
    histogram.record(1, {}, sampled)
    histogram.record(7, {}, sampled)
    expect(exemplarsOf((await collect()).h).map(({ value }) => value)).toEqual([1, 7])
    expect(kept.map(([, bucket]) => bucket)).toEqual([1, 2])
  })

  it.each(['wants', 'keep', 'collect'])(
    'that throw in %s are reported once and cost no measurement',
    async (method) => {
      const { meter, collect, warnings } = record('delta', {
        views: [
          view({
            exemplarReservoir: () => ({
              wants: () => true,
              keep: () => {},
              collect: () => [],
              [method]: () => {
                throw new Error('boom')
              },
            }),
          }),
        ],
      })
      const counter = meter.createCounter('c')
      for (let i = 0; i < 3; i++) counter.add(1, {}, sampled)
      expect((await collect()).c?.points).toMatchObject([{ value: 3 }])
      expect(warnings).toEqual(['Metric c: exemplar reservoir failed: Error: boom'])
    },
  )
})
