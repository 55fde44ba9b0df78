import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { GROUP_MS, MIN_OTHERS, PushGroup } from '../../../src/aggregator/group.ts'
import { Store } from '../../../src/aggregator/store.ts'
import type { AggregatorPush } from '../../../src/export/aggregator/protocol.ts'
import { NOW_MS, numberPoint, push, sum, valuesOf } from './metrics.ts'
import { openSqlite } from './sqlite.ts'

const LIMITS = { cardinalityLimit: 2000, maxSeries: 10_000 }

beforeEach(() => vi.useFakeTimers({ now: NOW_MS }))
afterEach(() => vi.useRealTimers())

const setUp = () => {
  const disk = openSqlite()
  let store = new Store(disk, LIMITS)
  const rows: number[] = []
  const group = new PushGroup((pushes) => {
    try {
      const acks = store.pushAll(pushes, Date.now())
      rows.push(pushes.length)
      return acks
    } catch (error) {
      store = new Store(disk, LIMITS)
      throw error
    }
  })
  const total = () => valuesOf(new Store(disk, LIMITS).ledger.collect(0, NOW_MS), 'requests')
  return { disk, group, rows, total }
}

const of = (instance: number, seq = 1): AggregatorPush =>
  push([sum([numberPoint(1)])], { instance: `${instance}`, seq })

describe('pushes to one object', () => {
  it('of few isolates are stored at once', async () => {
    const { group, rows } = setUp()
    for (let seq = 1; seq <= 3; seq++) {
      for (let i = 0; i < MIN_OTHERS; i++) await group.add(of(i, seq), Date.now())
    }
    expect(rows).toEqual(Array(3 * MIN_OTHERS).fill(1))
  })

  it('of many share a row, are answered after it is written, and are there after a restart', async () => {
    const { group, rows, total, disk } = setUp()
    const answered: number[] = []
    const pushes = Array.from({ length: 50 }, (_, i) =>
      group.add(of(i), Date.now()).then(() => answered.push(i)),
    )
    await vi.advanceTimersByTimeAsync(GROUP_MS - 1)
    expect(answered).toHaveLength(MIN_OTHERS)
    const writtenBefore = disk.written()
    await vi.advanceTimersByTimeAsync(1)
    await Promise.all(pushes)
    expect(answered).toHaveLength(50)
    expect(rows).toEqual([1, 1, 1, 1, 50 - MIN_OTHERS])
    expect(disk.written() - writtenBefore).toBe(1)
    expect(total()).toEqual({ '{}': 50 })
  })

  it('count once when they come twice, in one row or in two', async () => {
    const { group, total } = setUp()
    const twice = Array.from({ length: 40 }, (_, i) => group.add(of(i % 20), Date.now()))
    await vi.advanceTimersByTimeAsync(GROUP_MS)
    const acks = await Promise.all(twice)
    expect(acks.filter(({ applied }) => applied)).toHaveLength(20)
    const later = Array.from({ length: 20 }, (_, i) => group.add(of(i), Date.now()))
    await vi.advanceTimersByTimeAsync(GROUP_MS)
    expect((await Promise.all(later)).some(({ applied }) => applied)).toBe(false)
    expect(total()).toEqual({ '{}': 20 })
  })

  it('are each stored by themselves when the row they share cannot be written', async () => {
    const { group, total, disk } = setUp()
    const pushes = Array.from({ length: 20 }, (_, i) => group.add(of(i), Date.now()))
    disk.failAfter(0)
    await vi.advanceTimersByTimeAsync(GROUP_MS)
    expect((await Promise.all(pushes)).every(({ applied }) => applied)).toBe(true)
    expect(total()).toEqual({ '{}': 20 })
  })

  it('are refused one by one, and none is acknowledged that is not stored', async () => {
    const { disk } = setUp()
    const store = new Store(disk, LIMITS)
    const group = new PushGroup((pushes) => {
      if (pushes.some(({ instance }) => instance === '13')) throw new Error('poison')
      return store.pushAll(pushes, Date.now())
    })
    const results = Array.from({ length: 20 }, (_, i) =>
      group.add(of(i), Date.now()).then(
        () => 'stored',
        () => 'failed',
      ),
    )
    await vi.advanceTimersByTimeAsync(GROUP_MS)
    const outcomes = await Promise.all(results)
    expect(outcomes.filter((outcome) => outcome === 'failed')).toHaveLength(1)
    expect(outcomes[13]).toBe('failed')
    expect(valuesOf(new Store(disk, LIMITS).ledger.collect(0, NOW_MS), 'requests')).toEqual({
      '{}': 19,
    })
  })

  it('do not wait once there is a rowful of them', async () => {
    const { group, rows } = setUp()
    const pushes = Array.from({ length: 1000 }, (_, i) => group.add(of(i), Date.now()))
    await vi.advanceTimersByTimeAsync(GROUP_MS)
    await Promise.all(pushes)
    expect(rows.length).toBeLessThan(MIN_OTHERS + 1000 / 100)
  })
})
