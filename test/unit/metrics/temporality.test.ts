import { describe, expect, it } from 'vitest'
import type { InstrumentKind } from '../../../src/metrics/instrument-kind.ts'
import { temporalitySelector } from '../../../src/metrics/temporality.ts'
import { onlyHistogram, record, values } from './recording.ts'

const KINDS: InstrumentKind[] = [
  'counter',
  'upDownCounter',
  'gauge',
  'histogram',
  'observableCounter',
  'observableUpDownCounter',
  'observableGauge',
]

describe('temporality preference', () => {
  it.each([
    ['cumulative', []],
    ['delta', ['counter', 'gauge', 'histogram', 'observableCounter', 'observableGauge']],
    ['lowmemory', ['counter', 'histogram']],
    ['aggregator', KINDS],
  ] as const)('%s makes deltas of %j', (preference, deltas) => {
    const select = temporalitySelector(preference)
    expect(KINDS.filter((kind) => select(kind) === 'delta')).toEqual(deltas)
  })

  it('may be a function', async () => {
    const { provider, meter } = record()
    const reader = provider.addReader((kind) => (kind === 'histogram' ? 'delta' : 'cumulative'))
    meter.createCounter('c').add(1)
    meter.createHistogram('h').record(1)
    expect(await reader.collect()).toMatchObject([
      { name: 'c', temporality: 'cumulative' },
      { name: 'h', temporality: 'delta' },
    ])
  })
})

describe('delta', () => {
  it('reports each addition once, and nothing when idle', async () => {
    const { meter, collect } = record('delta')
    const counter = meter.createCounter('c')
    counter.add(1, { a: 1 })
    counter.add(5, { a: 2 })
    expect(values((await collect()).c)).toEqual([
      [{ a: 1 }, 1],
      [{ a: 2 }, 5],
    ])
    expect(await collect()).toEqual({})
    counter.add(2, { a: 2 })
    expect(values((await collect()).c)).toEqual([[{ a: 2 }, 2]])
  })

  it('starts each interval where the last ended, the first at the creation of the instrument', async () => {
    const { meter, collect, clock } = record('delta')
    const counter = meter.createCounter('c')
    const interval = async (): Promise<number[] | undefined> => {
      const point = (await collect()).c?.points[0]
      return point && [point.startMs, point.timeMs]
    }
    clock.nowMs = 2000
    counter.add(1)
    clock.nowMs = 3000
    expect(await interval()).toEqual([1000, 3000])
    clock.nowMs = 4000
    expect(await interval()).toBeUndefined()
    clock.nowMs = 4500
    counter.add(1)
    clock.nowMs = 5000
    expect(await interval()).toEqual([4000, 5000])
  })

  it('gives all points of an instrument the same start', async () => {
    const { meter, collect, clock } = record('delta')
    const counter = meter.createCounter('c')
    counter.add(1, { a: 1 })
    clock.nowMs = 2000
    counter.add(1, { a: 2 })
    clock.nowMs = 3000
    expect((await collect()).c?.points.map((point) => point.startMs)).toEqual([1000, 1000])
  })

  it('starts histograms over', async () => {
    const { meter, collect } = record('delta')
    const histogram = meter.createHistogram('h', { advice: { explicitBucketBoundaries: [1] } })
    histogram.record(0.5)
    histogram.record(3)
    await collect()
    histogram.record(2)
    expect(onlyHistogram((await collect()).h)).toMatchObject({
      count: 1,
      sum: 2,
      min: 2,
      max: 2,
      bucketCounts: [0, 1],
    })
  })
})

describe('cumulative', () => {
  it('reports every series every time, from its first measurement on', async () => {
    const { meter, collect, clock } = record()
    const counter = meter.createCounter('c')
    const points = async (): Promise<unknown> =>
      (await collect()).c?.points.map((point) => ({ ...point, attributes: undefined }))
    clock.nowMs = 2000
    counter.add(1, { a: 1 })
    clock.nowMs = 3000
    expect(await points()).toEqual([{ startMs: 2000, timeMs: 3000, value: 1 }])
    counter.add(4, { a: 2 })
    clock.nowMs = 4000
    const both = [
      { startMs: 2000, timeMs: 4000, value: 1 },
      { startMs: 3000, timeMs: 4000, value: 4 },
    ]
    expect(await points()).toEqual(both)
    clock.nowMs = 5000
    expect(await points()).toEqual(both.map((point) => ({ ...point, timeMs: 5000 })))
  })

  it('keeps totals, buckets and extremes', async () => {
    const { meter, collect } = record()
    const histogram = meter.createHistogram('h', { advice: { explicitBucketBoundaries: [1] } })
    histogram.record(0.5)
    await collect()
    histogram.record(3)
    expect(onlyHistogram((await collect()).h)).toMatchObject({
      count: 2,
      sum: 3.5,
      min: 0.5,
      max: 3,
      bucketCounts: [1, 1],
    })
  })
})

describe('time', () => {
  it.each(['delta', 'cumulative'] as const)(
    '%s intervals have a length though the clock stands still',
    async (temporality) => {
      const { meter, collect } = record(temporality)
      const counter = meter.createCounter('c')
      let lastMs = 0
      for (let i = 0; i < 3; i++) {
        counter.add(1)
        const [point] = (await collect()).c?.points ?? []
        expect(point?.startMs).toBeLessThan(point?.timeMs ?? 0)
        expect(point?.timeMs).toBeGreaterThan(lastMs)
        if (temporality === 'delta' && i > 0) expect(point?.startMs).toBe(lastMs)
        lastMs = point?.timeMs ?? 0
      }
    },
  )

  it('passes between the start of a series and its collection', async () => {
    const { meter, collect, clock } = record()
    const counter = meter.createCounter('c')
    counter.add(1)
    await collect()
    clock.nowMs = 5000
    counter.add(1, { late: true })
    expect((await collect()).c?.points[1]).toMatchObject({ startMs: 5000, timeMs: 5001 })
  })

  it('starts at the first measurement where instruments were created before the clock ran', async () => {
    const { provider, clock } = record()
    clock.nowMs = 0
    const reader = provider.addReader('delta')
    const meter = provider.getMeter('loading')
    const counter = meter.createCounter('c')
    meter.createObservableCounter('o').addCallback((result) => result.observe(1))
    clock.nowMs = 5000
    counter.add(1)
    clock.nowMs = 6000
    const starts = (await reader.collect()).map((metric) => metric.points[0]?.startMs)
    expect(starts[0]).toBe(5000)
    expect(starts[1]).toBeGreaterThanOrEqual(5000)
  })

  it('may be given to a collection', async () => {
    const { meter, reader } = record()
    meter.createCounter('c').add(1)
    const [metric] = await reader.collect(7777)
    expect(metric?.points[0]?.timeMs).toBe(7777)
  })
})

describe('readers', () => {
  it('do not disturb each other', async () => {
    const { provider, meter } = record()
    const counter = meter.createCounter('c')
    const [delta, other, total] = [
      provider.addReader('delta'),
      provider.addReader('delta'),
      provider.addReader('cumulative'),
    ]
    const next = async (reader: typeof delta): Promise<unknown> =>
      values((await reader.collect())[0])[0]?.[1]
    counter.add(1)
    expect(await next(delta)).toBe(1)
    counter.add(2)
    expect(await next(delta)).toBe(2)
    expect(await next(total)).toBe(3)
    expect(await next(other)).toBe(3)
    expect(await next(delta)).toBeUndefined()
    expect(await next(total)).toBe(3)
  })

  it('know whether anything was recorded since they last collected', async () => {
    const { meter, reader, collect } = record()
    const counter = meter.createCounter('c')
    expect(reader.pending).toBe(false)
    counter.add(1)
    expect(reader.pending).toBe(true)
    await collect()
    expect(reader.pending).toBe(false)
    counter.add(1)
    expect(reader.pending).toBe(true)
  })

  it('are not kept pending by observable instruments', async () => {
    const { meter, reader, collect } = record()
    meter.createObservableGauge('g').addCallback((result) => result.observe(1))
    await collect()
    expect(reader.pending).toBe(false)
  })
})
