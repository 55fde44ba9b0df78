import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { AggregatorSender } from '../../../src/export/aggregator/client.ts'
import { AggregatorCollector } from '../../../src/export/aggregator/collector.ts'
import type { AggregatorPush } from '../../../src/export/aggregator/protocol.ts'
import { Pipeline } from '../../../src/export/pipeline/pipeline.ts'
import { createMeterProvider } from '../../../src/metrics/provider.ts'
import { BATCH } from '../export/pipeline/support.ts'

beforeEach(() => vi.useFakeTimers({ now: 1_790_000_000_000 }))
afterEach(() => vi.useRealTimers())

/** One isolate, whose requests each count one. */
const isolate = (intervalMs: number) => {
  const provider = createMeterProvider()
  const counter = provider.getMeter('test').createCounter('requests')
  const pushes: { atMs: number; count: number }[] = []
  const startMs = Date.now()
  let isAway = false
  const sender = new AggregatorSender({
    instance: 'one',
    startMs,
    resource: {},
    maxAttempts: 1,
    transport: {
      async push(_env: unknown, { metrics }: AggregatorPush) {
        if (isAway) throw new Error('away')
        const [point] = metrics[0]?.points ?? []
        pushes.push({ atMs: Date.now() - startMs, count: (point as { value: number }).value })
        return { ok: true, applied: true, refused: [], register: false }
      },
      async register() {},
    },
  })
  const reader = provider.addReader('aggregator')
  const collector = new AggregatorCollector(reader, sender, 'AMS', intervalMs)
  const pipeline = new Pipeline([], [collector], BATCH)
  let kept = 0
  const request = (): void => {
    pipeline.open()
    counter.add(1)
    const work = pipeline.afterRequest()
    if (work) {
      kept++
      void work.then(() => kept--)
    }
  }
  return {
    pushes,
    request,
    /** Work that `waitUntil` still waits for. */
    kept: () => kept,
    isPending: () => reader.pending || sender.pending > 0,
    setAway: (value: boolean) => {
      isAway = value
    },
  }
}

describe('pushes to the aggregator', () => {
  it('of a busy isolate follow the interval', async () => {
    const { request, pushes, kept, isPending } = isolate(10_000)
    for (let i = 0; i < 6000; i++) {
      request()
      await vi.advanceTimersByTimeAsync(20)
    }
    await vi.advanceTimersByTimeAsync(30_000)
    expect(pushes.length).toBeGreaterThanOrEqual(120_000 / 12_000)
    expect(pushes.length).toBeLessThanOrEqual(120_000 / 10_000 + 6)
    expect(pushes.reduce((sum, { count }) => sum + count, 0)).toBe(6000)
    expect([kept(), isPending()]).toEqual([0, false])
  })

  it('of a lone request leave within the interval, and nothing is left behind', async () => {
    const { request, pushes, kept, isPending } = isolate(10_000)
    request()
    await vi.advanceTimersByTimeAsync(9_000)
    expect(pushes).toEqual([])
    await vi.advanceTimersByTimeAsync(2_500)
    expect(pushes).toMatchObject([{ count: 1 }])
    expect([kept(), isPending()]).toEqual([0, false])
  })

  it.each([10_000, 60_000, 86_400_000])(
    'at an interval of %i ms leave before the last waitUntil ends, whenever requests come',
    async (intervalMs) => {
      for (const gapMs of [100, 700, 3000, 9900, 24_900, 26_000]) {
        const { request, pushes, kept, isPending } = isolate(intervalMs)
        for (let i = 0; i < 12; i++) {
          request()
          await vi.advanceTimersByTimeAsync(gapMs)
        }
        await vi.advanceTimersByTimeAsync(30_000)
        expect([gapMs, kept(), isPending()]).toEqual([gapMs, 0, false])
        expect(pushes.reduce((sum, { count }) => sum + count, 0)).toBe(12)
      }
    },
  )

  it('that were not taken go with a later request', async () => {
    const { request, pushes, setAway } = isolate(10_000)
    setAway(true)
    request()
    await vi.advanceTimersByTimeAsync(40_000)
    setAway(false)
    request()
    await vi.advanceTimersByTimeAsync(40_000)
    expect(pushes.reduce((sum, { count }) => sum + count, 0)).toBe(2)
  })

  it('go on after the clock was an hour ahead when one request led', async () => {
    const { request, pushes, isPending } = isolate(10_000)
    request()
    await vi.advanceTimersByTimeAsync(15_000)
    const realMs = Date.now()
    vi.setSystemTime(realMs + 3_600_000)
    request()
    vi.setSystemTime(realMs)
    await vi.advanceTimersByTimeAsync(1000)
    for (let i = 0; i < 3; i++) {
      request()
      await vi.advanceTimersByTimeAsync(15_000)
    }
    expect(pushes.reduce((sum, { count }) => sum + count, 0)).toBe(5)
    expect(isPending()).toBe(false)
  })
})
