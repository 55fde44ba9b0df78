import { describe, expect, it } from 'vitest'
import { view } from '../../../src/metrics/view.ts'
import { onlyHistogram, record, values } from './recording.ts'

const OVERFLOW = { 'otel.metric.overflow': true }

describe('cardinality limit', () => {
  it('is 2000 by default, and does not overflow when just reached', async () => {
    const { meter, collect } = record()
    const counter = meter.createCounter('c')
    for (let i = 0; i < 2000; i++) counter.add(1, { i })
    expect((await collect()).c?.points).toHaveLength(2000)
    counter.add(1, { i: 'one more' })
    const points = values((await collect()).c)
    expect(points).toHaveLength(2001)
    expect(points.at(-1)).toEqual([OVERFLOW, 1])
  })

  it('collects what is beyond it in one series', async () => {
    const { meter, collect } = record('cumulative', { cardinalityLimit: 2 })
    const counter = meter.createCounter('c')
    for (const i of [1, 2, 3, 4, 3, 1]) counter.add(i, { i })
    expect(values((await collect()).c)).toEqual([
      [{ i: 1 }, 2],
      [{ i: 2 }, 2],
      [OVERFLOW, 10],
    ])
  })

  it('keeps cumulative series that were there first, for ever', async () => {
    const { meter, collect } = record('cumulative', { cardinalityLimit: 1 })
    const counter = meter.createCounter('c')
    counter.add(1, { i: 1 })
    await collect()
    counter.add(1, { i: 2 })
    await collect()
    counter.add(1, { i: 2 })
    counter.add(1, { i: 1 })
    expect(values((await collect()).c)).toEqual([
      [{ i: 1 }, 2],
      [OVERFLOW, 2],
    ])
  })

  it('with deltas, counts the series of one interval', async () => {
    const { meter, collect } = record('delta', { cardinalityLimit: 2 })
    const counter = meter.createCounter('c')
    for (const [a, b] of [
      [1, 2],
      [3, 4],
      [1, 4],
    ]) {
      counter.add(1, { i: a })
      counter.add(1, { i: b })
      expect(values((await collect()).c)).toEqual([
        [{ i: a }, 1],
        [{ i: b }, 1],
      ])
    }
    for (const i of [1, 2, 3]) counter.add(1, { i })
    expect((await collect()).c?.points).toHaveLength(3)
  })

  it('with deltas, holds no more series than the limit, however many there are over time', async () => {
    const { meter, collect } = record('delta', { cardinalityLimit: 10 })
    const counter = meter.createCounter('c')
    let total = 0
    for (let i = 0; i < 1000; i++) {
      counter.add(1, { i })
      if (i % 7 === 0) {
        const points = values((await collect()).c)
        expect(points.length).toBeLessThanOrEqual(11)
        total += points.reduce((sum, [, value]) => sum + value, 0)
      }
    }
    total += values((await collect()).c).reduce((sum, [, value]) => sum + value, 0)
    expect(total).toBe(1000)
  })

  it('applies after a view has removed attributes', async () => {
    const { meter, collect } = record('cumulative', {
      cardinalityLimit: 1,
      views: [view({ attributes: ['a'] })],
    })
    const counter = meter.createCounter('c')
    for (let user = 0; user < 100; user++) counter.add(1, { user, a: 1 })
    expect(values((await collect()).c)).toEqual([[{ a: 1 }, 100]])
  })

  it('can be set by a view', async () => {
    const { meter, collect } = record('cumulative', {
      views: [view({ instrument: 'h', cardinalityLimit: 1 })],
    })
    const histogram = meter.createHistogram('h')
    const counter = meter.createCounter('c')
    for (const i of [1, 2, 3]) {
      histogram.record(i, { i })
      counter.add(i, { i })
    }
    const metrics = await collect()
    expect(metrics.h?.points).toMatchObject([
      { attributes: { i: 1 }, count: 1, sum: 1 },
      { attributes: OVERFLOW, count: 2, sum: 5 },
    ])
    expect(metrics.c?.points).toHaveLength(3)
  })

  it('shares the overflow series with a caller that uses its attribute', async () => {
    const { meter, collect } = record('cumulative', { cardinalityLimit: 1 })
    const counter = meter.createCounter('c')
    counter.add(1, { 'otel.metric.overflow': true })
    counter.add(1, { i: 1 })
    counter.add(1, { 'otel.metric.overflow': true })
    counter.add(1, { i: 2 })
    expect(values((await collect()).c)).toEqual([
      [OVERFLOW, 3],
      [{ i: 1 }, 1],
    ])
  })

  it('forgets a series whose place was taken under every order of its keys', async () => {
    const { meter, collect } = record('delta', { cardinalityLimit: 1 })
    const counter = meter.createCounter('c')
    counter.add(1, { a: 1, b: 1 })
    await collect()
    counter.add(1, { other: 1 })
    await collect()
    counter.add(1, { a: 1, b: 1 })
    counter.add(1, { b: 1, a: 1 })
    expect(values((await collect()).c)).toEqual([[{ a: 1, b: 1 }, 2]])
  })

  it('counts no measurement twice in histograms', async () => {
    const { meter, collect } = record('delta', { cardinalityLimit: 1 })
    const histogram = meter.createHistogram('h')
    histogram.record(1)
    await collect()
    histogram.record(1)
    expect(onlyHistogram((await collect()).h).count).toBe(1)
  })
})
