import { describe, expect, it, vi } from 'vitest'
import { explicitHistogram } from '../../../src/metrics/explicit-histogram.ts'
import { view } from '../../../src/metrics/view.ts'
import { record, values } from './recording.ts'

describe('observable instruments', () => {
  it('report what their callbacks observe', async () => {
    const { meter, collect } = record()
    meter.createObservableCounter('total').addCallback((result) => result.observe(7, { a: 1 }))
    meter.createObservableUpDownCounter('level').addCallback((result) => result.observe(-2))
    meter.createObservableGauge('heap').addCallback((result) => result.observe(0.5))
    const metrics = await collect()
    expect(metrics.total).toMatchObject({ type: 'sum', monotonic: true })
    expect(metrics.level).toMatchObject({ type: 'sum', monotonic: false })
    expect(metrics.heap).toMatchObject({ type: 'gauge' })
    expect(values(metrics.total)).toEqual([[{ a: 1 }, 7]])
    expect(values(metrics.level)).toEqual([[{}, -2]])
    expect(values(metrics.heap)).toEqual([[{}, 0.5]])
  })

  it('report totals as they are, however often they are collected', async () => {
    const { meter, collect } = record('cumulative')
    meter.createObservableCounter('c').addCallback((result) => result.observe(0.1))
    for (let i = 0; i < 3; i++) expect(values((await collect()).c)).toEqual([[{}, 0.1]])
  })

  it('with deltas, report what was added', async () => {
    const { meter, collect } = record('delta')
    const totals = [3, 3, 10]
    meter
      .createObservableCounter('c')
      .addCallback((result) => result.observe(totals.shift() as number))
    expect(values((await collect()).c)).toEqual([[{}, 3]])
    expect(values((await collect()).c)).toEqual([[{}, 0]])
    expect(values((await collect()).c)).toEqual([[{}, 7]])
  })

  it('keep up-down counters cumulative where deltas are preferred', async () => {
    const { meter, collect } = record('delta')
    meter.createObservableUpDownCounter('u').addCallback((result) => result.observe(5))
    await collect()
    const metrics = await collect()
    expect(metrics.u).toMatchObject({ temporality: 'cumulative' })
    expect(values(metrics.u)).toEqual([[{}, 5]])
  })

  it('take a total that falls for one that was reset', async () => {
    const { meter, provider, collect, clock } = record('delta')
    const cumulative = provider.addReader('cumulative')
    let total = 10
    meter.createObservableCounter('c').addCallback((result) => result.observe(total))
    clock.nowMs = 2000
    await Promise.all([collect(), cumulative.collect()])
    total = 4
    clock.nowMs = 3000
    expect((await collect()).c?.points).toMatchObject([{ startMs: 2000, value: 4 }])
    expect((await cumulative.collect())[0]?.points).toMatchObject([{ startMs: 2000, value: 4 }])
    total = 5
    clock.nowMs = 4000
    expect((await collect()).c?.points).toMatchObject([{ startMs: 3000, value: 1 }])
    expect((await cumulative.collect())[0]?.points).toMatchObject([{ startMs: 2000, value: 5 }])
  })

  it('report only what was observed this time, and no pause is counted twice', async () => {
    const { meter, collect } = record('delta')
    const rounds = [{ a: 1, b: 5 }, { a: 2 }, { a: 3, b: 7 }]
    meter.createObservableCounter('c').addCallback((result) => {
      for (const [key, value] of Object.entries(rounds.shift() ?? {}))
        result.observe(value, { key })
    })
    expect(values((await collect()).c)).toHaveLength(2)
    expect(values((await collect()).c)).toEqual([[{ key: 'a' }, 1]])
    expect(values((await collect()).c)).toEqual([
      [{ key: 'a' }, 1],
      [{ key: 'b' }, 2],
    ])
  })

  it('start cumulative series at the collection before they appeared', async () => {
    const { meter, collect, clock } = record()
    const seen = ['a']
    meter.createObservableCounter('c').addCallback((result) => {
      for (const key of seen) result.observe(1, { key })
    })
    clock.nowMs = 2000
    expect((await collect()).c?.points).toMatchObject([{ startMs: 1000, timeMs: 2000 }])
    seen.push('b')
    clock.nowMs = 3000
    expect((await collect()).c?.points).toMatchObject([
      { startMs: 1000, timeMs: 3000 },
      { startMs: 2000, timeMs: 3000 },
    ])
  })

  it('take the last of several values for one attribute set', async () => {
    const { meter, collect } = record()
    meter.createObservableCounter('c').addCallback((result) => {
      result.observe(1, { a: 1, b: 1 })
      result.observe(2, { b: 1, a: 1 })
    })
    expect(values((await collect()).c)).toEqual([[{ a: 1, b: 1 }, 2]])
  })

  it('add up totals that a view no longer tells apart', async () => {
    const { meter, collect } = record('cumulative', { views: [view({ attributes: ['a'] })] })
    meter.createObservableCounter('c').addCallback((result) => {
      result.observe(1, { a: 1, b: 1 })
      result.observe(2, { a: 1, b: 2 })
    })
    meter.createObservableGauge('g').addCallback((result) => {
      result.observe(1, { a: 1, b: 1 })
      result.observe(2, { a: 1, b: 2 })
    })
    const metrics = await collect()
    expect(values(metrics.c)).toEqual([[{ a: 1 }, 3]])
    expect(values(metrics.g)).toEqual([[{ a: 1 }, 2]])
  })

  it('put what is beyond the cardinality limit into one series', async () => {
    const { meter, collect } = record('delta', { cardinalityLimit: 1 })
    let factor = 1
    meter.createObservableCounter('c').addCallback((result) => {
      for (const i of [1, 2, 3]) result.observe(i * factor, { i })
    })
    const overflow = { 'otel.metric.overflow': true }
    expect(values((await collect()).c)).toEqual([
      [{ i: 1 }, 1],
      [overflow, 5],
    ])
    factor = 3
    expect(values((await collect()).c)).toEqual([
      [{ i: 1 }, 2],
      [overflow, 10],
    ])
  })

  it('free the places of gauges that are gone', async () => {
    const { meter, collect } = record('cumulative', { cardinalityLimit: 1 })
    let i = 0
    meter.createObservableGauge('g').addCallback((result) => result.observe(1, { i: i++ }))
    for (const expected of [0, 1, 2]) {
      expect(values((await collect()).g)).toEqual([[{ i: expected }, 1]])
    }
  })

  it('ignore values as synchronous instruments do', async () => {
    const { meter, collect, warnings } = record()
    meter.createObservableCounter('c').addCallback((result) => {
      result.observe(Number.NaN)
      result.observe(-1)
    })
    expect(await collect()).toEqual({})
    expect(warnings).toEqual([
      'Metric c: not a finite number, ignored: NaN',
      'Metric c: negative, ignored: -1',
    ])
  })

  it('cannot be histograms: such a view is ignored with a warning', async () => {
    const { meter, collect, warnings } = record('cumulative', {
      views: [view({ aggregation: explicitHistogram() })],
    })
    meter.createObservableGauge('g').addCallback((result) => result.observe(1))
    expect((await collect()).g?.type).toBe('gauge')
    expect(warnings).toEqual(['Metric g: a view makes a histogram of observed values, ignored'])
  })
})

describe('callbacks', () => {
  it('may be asynchronous, and are awaited together', async () => {
    const { meter, collect } = record()
    const order: string[] = []
    for (const name of ['a', 'b']) {
      meter.createObservableGauge(name).addCallback(async (result) => {
        order.push(`${name} starts`)
        await Promise.resolve()
        order.push(`${name} ends`)
        result.observe(1)
      })
    }
    expect(Object.keys(await collect())).toEqual(['a', 'b'])
    expect(order).toEqual(['a starts', 'b starts', 'a ends', 'b ends'])
  })

  it('are called once, however often they were added, and not after removal', async () => {
    const { meter, collect } = record()
    const gauge = meter.createObservableGauge('g')
    const callback = vi.fn()
    gauge.addCallback(callback)
    gauge.addCallback(callback)
    await collect()
    expect(callback).toHaveBeenCalledTimes(1)
    gauge.removeCallback(callback)
    await collect()
    expect(callback).toHaveBeenCalledTimes(1)
  })

  it('that fail are reported once and disturb no other', async () => {
    const { meter, collect, warnings } = record()
    meter.createObservableGauge('sync').addCallback(() => {
      throw new Error('boom')
    })
    meter.createObservableGauge('async').addCallback(async (result) => {
      result.observe(1)
      throw new Error('bang')
    })
    meter.createObservableGauge('good').addCallback((result) => result.observe(2))
    await collect()
    const metrics = await collect()
    expect(Object.keys(metrics)).toEqual(['async', 'good'])
    expect(warnings.toSorted()).toEqual([
      'Metric async: callback failed: Error: bang',
      'Metric sync: callback failed: Error: boom',
    ])
  })

  it('that take too long are left behind, and what they observe later is ignored', async () => {
    vi.useFakeTimers()
    const { meter, reader, warnings } = record('cumulative', { callbackTimeoutMs: 50 })
    const late = Promise.withResolvers<void>()
    meter.createObservableGauge('slow').addCallback(async (result) => {
      await late.promise
      result.observe(1)
    })
    meter.createObservableGauge('quick').addCallback((result) => result.observe(2))
    const collection = reader.collect()
    await vi.advanceTimersByTimeAsync(50)
    expect((await collection).map((metric) => metric.name)).toEqual(['quick'])
    expect(warnings).toEqual(['Metric slow: callback takes over 50 ms'])
    late.resolve()
    await vi.advanceTimersByTimeAsync(0)
    expect(vi.getTimerCount()).toBe(0)
    vi.useRealTimers()
  })

  it('leave no timer behind', async () => {
    vi.useFakeTimers()
    const { meter, collect } = record()
    meter.createObservableGauge('g').addCallback((result) => result.observe(2))
    await collect()
    expect(vi.getTimerCount()).toBe(0)
    vi.useRealTimers()
  })

  it('that overlap: the older result never follows the newer', async () => {
    const { meter, reader } = record('delta')
    const first = Promise.withResolvers<void>()
    let calls = 0
    meter.createObservableCounter('c').addCallback(async (result) => {
      calls++
      if (calls > 1) return result.observe(12)
      await first.promise
      result.observe(10)
    })
    meter.createCounter('sync').add(1)
    const older = reader.collect()
    const newer = await reader.collect()
    first.resolve()
    expect(newer.map((metric) => [metric.name, values(metric)])).toEqual([
      ['c', [[{}, 12]]],
      ['sync', [[{}, 1]]],
    ])
    expect(await older).toEqual([])
  })
})

describe('batch callbacks', () => {
  it('observe the instruments they are registered for, and no other', async () => {
    const { meter, collect } = record()
    const a = meter.createObservableGauge('a')
    const b = meter.createObservableCounter('b')
    const c = meter.createObservableGauge('c')
    meter.addBatchObservableCallback(
      (result) => {
        result.observe(a, 1)
        result.observe(b, 2, { x: 1 })
        result.observe(c, 3)
      },
      [a, b],
    )
    const metrics = await collect()
    expect(values(metrics.a)).toEqual([[{}, 1]])
    expect(values(metrics.b)).toEqual([[{ x: 1 }, 2]])
    expect(metrics.c).toBeUndefined()
  })

  it('are the same for the same instruments in any order', async () => {
    const { meter, collect } = record()
    const a = meter.createObservableGauge('a')
    const b = meter.createObservableGauge('b')
    const callback = vi.fn()
    meter.addBatchObservableCallback(callback, [a, b])
    meter.addBatchObservableCallback(callback, [b, a])
    meter.addBatchObservableCallback(callback, [a])
    await collect()
    expect(callback).toHaveBeenCalledTimes(2)
    meter.removeBatchObservableCallback(callback, [b, a])
    meter.removeBatchObservableCallback(callback, [b])
    await collect()
    expect(callback).toHaveBeenCalledTimes(3)
  })
})
