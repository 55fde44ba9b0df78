import { ValueType } from '@opentelemetry/api'
import { describe, expect, it } from 'vitest'
import { onlyHistogram, record, values } from './recording.ts'

describe('counter', () => {
  it('adds up per attribute set', async () => {
    const { meter, collect } = record()
    const orders = meter.createCounter('orders', { unit: '{order}', description: 'Placed.' })
    orders.add(1, { pay: 'card' })
    orders.add(2, { pay: 'invoice' })
    orders.add(3, { pay: 'card' })
    orders.add(0.5)
    const metrics = await collect()
    expect(metrics.orders).toMatchObject({
      type: 'sum',
      name: 'orders',
      unit: '{order}',
      description: 'Placed.',
      monotonic: true,
      integer: false,
      temporality: 'cumulative',
      scope: { name: 'test', version: '1.0.0' },
    })
    expect(values(metrics.orders)).toEqual([
      [{ pay: 'card' }, 4],
      [{ pay: 'invoice' }, 2],
      [{}, 0.5],
    ])
  })

  it('reports an addition of zero', async () => {
    const { meter, collect } = record('delta')
    meter.createCounter('c').add(0)
    expect(values((await collect()).c)).toEqual([[{}, 0]])
  })

  it('reports nothing where nothing was recorded', async () => {
    const { meter, collect } = record()
    meter.createCounter('c')
    expect(await collect()).toEqual({})
  })

  it('refuses negative values with one warning', async () => {
    const { meter, collect, warnings } = record()
    const counter = meter.createCounter('c')
    counter.add(2)
    counter.add(-1)
    counter.add(-1)
    expect(values((await collect()).c)).toEqual([[{}, 2]])
    expect(warnings).toEqual(['Metric c: negative, ignored: -1'])
  })

  it.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, '1', null, undefined])(
    'ignores %s with one warning',
    async (value) => {
      const { meter, collect, warnings } = record()
      const counter = meter.createCounter('c')
      counter.add(value as number)
      counter.add(value as number)
      counter.add(1)
      expect(values((await collect()).c)).toEqual([[{}, 1]])
      expect(warnings).toEqual([`Metric c: not a finite number, ignored: ${value}`])
    },
  )

  it('drops fractions of integers with one warning', async () => {
    const { meter, collect, warnings } = record()
    const counter = meter.createCounter('c', { valueType: ValueType.INT })
    counter.add(1.9)
    counter.add(1.9)
    const metrics = await collect()
    expect(metrics.c).toMatchObject({ integer: true })
    expect(values(metrics.c)).toEqual([[{}, 2]])
    expect(warnings).toHaveLength(1)
  })
})

describe('up-down counter', () => {
  it('adds and subtracts, and is not monotonic', async () => {
    const { meter, collect, warnings } = record()
    const active = meter.createUpDownCounter('active')
    active.add(3)
    active.add(-5)
    const metrics = await collect()
    expect(metrics.active).toMatchObject({ type: 'sum', monotonic: false })
    expect(values(metrics.active)).toEqual([[{}, -2]])
    expect(warnings).toEqual([])
  })
})

describe('gauge', () => {
  it('keeps the last value', async () => {
    const { meter, collect } = record()
    const gauge = meter.createGauge('celsius')
    gauge.record(20)
    gauge.record(-3.5)
    const metrics = await collect()
    expect(metrics.celsius).toMatchObject({ type: 'gauge' })
    expect(values(metrics.celsius)).toEqual([[{}, -3.5]])
  })

  it('with deltas, is only reported when recorded', async () => {
    const { meter, collect } = record('delta')
    const gauge = meter.createGauge('g')
    gauge.record(1)
    await collect()
    expect(await collect()).toEqual({})
    gauge.record(1)
    expect(values((await collect()).g)).toEqual([[{}, 1]])
  })
})

describe('histogram', () => {
  it('counts a value on a bound into the bucket below', async () => {
    const { meter, collect } = record()
    const histogram = meter.createHistogram('h', {
      advice: { explicitBucketBoundaries: [0, 1, 10] },
    })
    for (const value of [0, 0.5, 1, 1.5, 10, 11]) histogram.record(value)
    const metrics = await collect()
    expect(metrics.h).toMatchObject({ type: 'histogram', bounds: [0, 1, 10] })
    expect(onlyHistogram(metrics.h)).toMatchObject({
      count: 6,
      sum: 24,
      min: 0,
      max: 11,
      bucketCounts: [1, 2, 2, 1],
    })
  })

  it('has the default buckets of the specification', async () => {
    const { meter, collect } = record()
    meter.createHistogram('h').record(7)
    const metrics = await collect()
    expect(metrics.h).toMatchObject({
      bounds: [0, 5, 10, 25, 50, 75, 100, 250, 500, 750, 1000, 2500, 5000, 7500, 10000],
    })
    expect(onlyHistogram(metrics.h).bucketCounts).toEqual([
      0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    ])
  })

  it('can have a single bucket', async () => {
    const { meter, collect } = record()
    meter.createHistogram('h', { advice: { explicitBucketBoundaries: [] } }).record(7)
    expect(onlyHistogram((await collect()).h).bucketCounts).toEqual([1])
  })

  it.each([[[2, 1]], [[1, 1]], [[0, Number.NaN]], ['0,1']])(
    'warns of the advised boundaries %j and takes the default',
    async (boundaries) => {
      const { meter, collect, warnings } = record()
      meter
        .createHistogram('h', { advice: { explicitBucketBoundaries: boundaries as number[] } })
        .record(1)
      expect(onlyHistogram((await collect()).h).bucketCounts).toHaveLength(16)
      expect(warnings).toEqual(['Metric h: advised boundaries are not ascending, ignored'])
    },
  )

  it('refuses negative values with one warning', async () => {
    const { meter, collect, warnings } = record()
    const histogram = meter.createHistogram('h')
    histogram.record(-1)
    histogram.record(-2)
    expect(await collect()).toEqual({})
    expect(warnings).toEqual(['Metric h: negative, ignored: -1'])
  })

  it('does not change what was collected before', async () => {
    const { meter, collect } = record()
    const histogram = meter.createHistogram('h', {
      advice: { explicitBucketBoundaries: [1] },
    })
    histogram.record(0.5)
    const first = onlyHistogram((await collect()).h)
    histogram.record(0.5)
    expect(first.bucketCounts).toEqual([1, 0])
  })
})
