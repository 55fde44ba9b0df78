import { describe, expect, it } from 'vitest'
import type { TemporalityPreference } from '../../../src/metrics/temporality.ts'
import { record } from './recording.ts'

const HOUR_MS = 3_600_000

describe.each<TemporalityPreference>(['delta', 'cumulative', 'aggregator'])(
  'a clock that was an hour ahead, with %s',
  (temporality) => {
    it('for one collection is believed again at the next', async () => {
      const { meter, collect, clock } = record(temporality)
      const counter = meter.createCounter('c')
      meter.createObservableCounter('o').addCallback((result) => result.observe(1))
      const collectAt = async (nowMs: number) => {
        clock.nowMs = nowMs
        counter.add(1)
        const { c, o } = await collect()
        return [c?.points[0], o?.points[0]]
      }
      await collectAt(10_000)
      await collectAt(20_000 + HOUR_MS)
      for (const nowMs of [30_000, 40_000]) {
        for (const point of await collectAt(nowMs)) {
          expect(point?.timeMs).toBe(nowMs)
          expect(point?.startMs).toBeLessThan(nowMs)
        }
      }
    })

    it('when a series began leaves it a start before its end', async () => {
      const { meter, collect, clock } = record(temporality)
      const counter = meter.createCounter('c')
      clock.nowMs = 10_000 + HOUR_MS
      counter.add(1, { a: 1 })
      clock.nowMs = 20_000
      counter.add(1, { a: 2 })
      for (const point of (await collect()).c?.points ?? []) {
        expect(point.timeMs).toBe(20_000)
        expect(point.startMs).toBeLessThan(20_000)
      }
    })
  },
)

it('a clock that stands still between collections gives each interval a length', async () => {
  const { meter, collect } = record('delta')
  const counter = meter.createCounter('c')
  const times: number[] = []
  for (let i = 0; i < 3; i++) {
    counter.add(1)
    const [point] = (await collect()).c?.points ?? []
    times.push(point?.startMs ?? 0, point?.timeMs ?? 0)
  }
  expect(times).toEqual([1000, 1001, 1001, 1002, 1002, 1003])
})
