import { describe, expect, it } from 'vitest'
import { explicitHistogram } from '../../../src/metrics/explicit-histogram.ts'
import { exponentialHistogram } from '../../../src/metrics/exponential-histogram.ts'
import { lastValue } from '../../../src/metrics/last-value.ts'
import { sum } from '../../../src/metrics/sum.ts'
import { type ViewOptions, view } from '../../../src/metrics/view.ts'
import { onlyHistogram, type Recording, record, values } from './recording.ts'

const withViews = (...views: ViewOptions[]): Recording =>
  record('cumulative', { views: views.map(view) })

describe('view selection', () => {
  it.each<[ViewOptions, boolean]>([
    [{}, true],
    [{ instrument: '*' }, true],
    [{ instrument: 'shop.orders' }, true],
    [{ instrument: 'Shop.Orders' }, true],
    [{ instrument: 'shop.*' }, true],
    [{ instrument: '*.orders' }, true],
    [{ instrument: 'sh?p.orders' }, true],
    [{ instrument: 'shop*orders*' }, true],
    [{ instrument: 'shop' }, false],
    [{ instrument: 'sh.p.orders' }, false],
    [{ instrument: 'shop.order?s' }, false],
    [{ type: 'counter' }, true],
    [{ type: 'histogram' }, false],
    [{ unit: '{order}' }, true],
    [{ unit: 's' }, false],
    [{ meter: 'test' }, true],
    [{ meter: 'tes?' }, false],
    [{ meterVersion: '1.0.0' }, true],
    [{ meterVersion: '2.0.0' }, false],
    [{ meterSchemaUrl: 'x' }, false],
    [{ instrument: 'shop.*', type: 'counter', unit: '{order}', meter: 'test' }, true],
    [{ instrument: 'shop.*', type: 'counter', unit: 's', meter: 'test' }, false],
  ])('%j selects the counter: %s', async (options, selected) => {
    const { meter, collect } = withViews({ ...options, description: 'selected' })
    meter.createCounter('shop.orders', { unit: '{order}', description: 'original' }).add(1)
    expect((await collect())['shop.orders']?.description).toBe(selected ? 'selected' : 'original')
  })
})

describe('view', () => {
  it('renames', async () => {
    const { meter, collect } = withViews({ instrument: 'y', name: 'foo' })
    meter.createCounter('y', { unit: 's' }).add(1)
    expect(await collect()).toMatchObject({ foo: { unit: 's' } })
  })

  it('keeps the attributes it names', async () => {
    const { meter, collect } = withViews({ attributes: ['a', 'b'] })
    const counter = meter.createCounter('c')
    counter.add(1, { a: 1, user: 1 })
    counter.add(1, { user: 2, a: 1 })
    counter.add(1, { b: 1 })
    expect(values((await collect()).c)).toEqual([
      [{ a: 1 }, 2],
      [{ b: 1 }, 1],
    ])
  })

  it('keeps no attribute if it names none', async () => {
    const { meter, collect } = withViews({ attributes: [] })
    const counter = meter.createCounter('c')
    counter.add(1, { a: 1 })
    counter.add(1)
    expect(values((await collect()).c)).toEqual([[{}, 2]])
  })

  it('leaves out the attributes it excludes', async () => {
    const { meter, collect } = withViews({ excludeAttributes: ['user'] })
    const counter = meter.createCounter('c')
    counter.add(1, { a: 1, user: 1 })
    counter.add(1, { a: 1, user: 2 })
    expect(values((await collect()).c)).toEqual([[{ a: 1 }, 2]])
  })

  it('drops', async () => {
    const { meter, collect } = withViews({ instrument: 'noise', aggregation: 'drop' })
    meter.createCounter('noise').add(1)
    meter.createCounter('signal').add(1)
    expect(Object.keys(await collect())).toEqual(['signal'])
  })

  it('drops what no other view selects, without a warning', async () => {
    const { meter, collect, warnings } = withViews({ instrument: 'x' }, { aggregation: 'drop' })
    meter.createCounter('x').add(1)
    meter.createCounter('y').add(1)
    expect(Object.keys(await collect())).toEqual(['x'])
    expect(warnings).toEqual([])
  })

  it('reports an instrument once for each view that selects it, with a warning if names collide', async () => {
    const { meter, reader, warnings } = withViews(
      { instrument: 'x' },
      { attributes: ['a'] },
      { instrument: 'x', name: 'other', attributes: [] },
    )
    const counter = meter.createCounter('x')
    counter.add(1, { a: 1, b: 1 })
    counter.add(1, { a: 1, b: 2 })
    const collected = await reader.collect()
    expect(collected.map((metric) => [metric.name, values(metric)])).toEqual([
      [
        'x',
        [
          [{ a: 1, b: 1 }, 1],
          [{ a: 1, b: 2 }, 1],
        ],
      ],
      ['x', [[{ a: 1 }, 2]]],
      ['other', [[{}, 2]]],
    ])
    expect(warnings).toEqual(['Metric x: defined twice, reported twice: a view can rename one'])
  })

  it('sets buckets, whatever the instrument advises', async () => {
    const { meter, collect } = withViews(
      { instrument: 'a', aggregation: explicitHistogram({ boundaries: [5] }) },
      { instrument: 'b', aggregation: explicitHistogram() },
      { instrument: 'c' },
    )
    const advice = { explicitBucketBoundaries: [1, 2] }
    for (const name of ['a', 'b', 'c']) meter.createHistogram(name, { advice }).record(1)
    const metrics = await collect()
    expect(metrics.a).toMatchObject({ bounds: [5] })
    expect(metrics.b).toMatchObject({ bounds: { length: 15 } })
    expect(metrics.c).toMatchObject({ bounds: [1, 2] })
  })

  it('leaves out minimum and maximum', async () => {
    const { meter, collect } = withViews(
      { instrument: 'a', aggregation: explicitHistogram({ recordMinMax: false }) },
      { instrument: 'b', aggregation: exponentialHistogram({ recordMinMax: false }) },
    )
    for (const name of ['a', 'b']) meter.createHistogram(name).record(1)
    const metrics = await collect()
    for (const metric of [metrics.a, metrics.b]) {
      expect(metric?.points[0]).toMatchObject({ count: 1, sum: 1 })
      expect(metric?.points[0]).not.toHaveProperty('min')
      expect(metric?.points[0]).not.toHaveProperty('max')
    }
  })

  it.each(['histogram', 'exponentialHistogram'] as const)(
    'makes a %s of negative values without a sum',
    async (type) => {
      const aggregation = type === 'histogram' ? explicitHistogram() : exponentialHistogram()
      const { meter, collect } = withViews({ aggregation })
      const changes = meter.createUpDownCounter('u')
      changes.add(-3)
      changes.add(2)
      const { u } = await collect()
      expect(u).toMatchObject({ type })
      expect(u?.points[0]).toMatchObject({ count: 2, min: -3, max: 2 })
      expect(u?.points[0]).not.toHaveProperty('sum')
    },
  )

  it('makes sums and last values of others', async () => {
    const { meter, collect } = withViews(
      { instrument: 'h', aggregation: sum() },
      { instrument: 'c', aggregation: lastValue() },
    )
    const histogram = meter.createHistogram('h')
    const counter = meter.createCounter('c')
    for (const value of [2, 3]) {
      histogram.record(value)
      counter.add(value)
    }
    const metrics = await collect()
    expect(metrics.h).toMatchObject({ type: 'sum', monotonic: true })
    expect(values(metrics.h)).toEqual([[{}, 5]])
    expect(metrics.c).toMatchObject({ type: 'gauge' })
    expect(values(metrics.c)).toEqual([[{}, 3]])
  })

  it('leaves boundaries alone that the caller changes later', async () => {
    const boundaries = [1, 2]
    const { meter, collect } = withViews({ aggregation: explicitHistogram({ boundaries }) })
    boundaries.push(3)
    meter.createHistogram('h').record(9)
    expect(onlyHistogram((await collect()).h).bucketCounts).toEqual([0, 0, 1])
  })
})

describe('wrong options', () => {
  it.each<[ViewOptions, string]>([
    [
      { name: 'a' },
      'Cannot create a view: `instrument` must be one name where `name` is set, received "*"',
    ],
    [
      { name: 'a', instrument: 'x?' },
      'Cannot create a view: `instrument` must be one name where `name` is set, received "x?"',
    ],
    [
      { cardinalityLimit: 0 },
      'Cannot create a view: `cardinalityLimit` must be a whole number from 1, received 0',
    ],
    [
      { cardinalityLimit: 1.5 },
      'Cannot create a view: `cardinalityLimit` must be a whole number from 1, received 1.5',
    ],
  ])('%j are refused', (options, message) => {
    expect(() => view(options)).toThrow(new TypeError(message))
  })

  it('of histograms are refused', () => {
    expect(() => explicitHistogram({ boundaries: [2, 1] })).toThrow(
      'Cannot create a histogram: `boundaries` must be finite ascending numbers, received [2,1]',
    )
    expect(() => exponentialHistogram({ maxSize: 1 })).toThrow(
      'Cannot create an exponential histogram: `maxSize` must be a whole number from 2 to 10000, received 1',
    )
    expect(() => exponentialHistogram({ maxScale: 21 })).toThrow(
      'Cannot create an exponential histogram: `maxScale` must be a whole number from -10 to 20, received 21',
    )
  })
})
