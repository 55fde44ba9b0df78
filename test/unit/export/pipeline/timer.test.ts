import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Outcome } from '../../../../src/export/outcome.ts'
import type { Collector } from '../../../../src/export/pipeline/collector.ts'
import { Pipeline, type Queue } from '../../../../src/export/pipeline/pipeline.ts'
import { BATCH, numberExporter, numberQueue } from './support.ts'

const START_MS = 1_700_000_000_000

interface Sent {
  /** Since the start, in milliseconds. */
  atMs: number
  records: number
}

/** The specification's defaults, and a receiver that takes this long. */
const setUp = ({ answerMs = 0, intervalMs = 60_000, hasMetrics = false } = {}) => {
  const sent: Sent[] = []
  const collected: number[] = []
  let nextMs = START_MS + intervalMs
  const metrics: Collector = {
    get dueMs() {
      return nextMs
    },
    async collect() {
      collected.push(Date.now() - START_MS)
      nextMs = Date.now() + intervalMs
    },
  }
  let underWay = 0
  let mostUnderWay = 0
  const exporter = numberExporter(async ({ length }): Promise<Outcome> => {
    sent.push({ atMs: Date.now() - START_MS, records: length })
    mostUnderWay = Math.max(mostUnderWay, ++underWay)
    await new Promise((resolve) => setTimeout(resolve, answerMs))
    underWay--
    return { kind: 'accepted', rejected: 0 }
  })
  const queue = numberQueue('traces', { exporter })
  const pipeline = new Pipeline([queue as unknown as Queue], hasMetrics ? [metrics] : [], BATCH)
  const request = (): void => {
    pipeline.open()
    queue.add(1, 10)
    pipeline.schedule()
  }
  return { pipeline, queue, sent, collected, request, mostUnderWay: () => mostUnderWay }
}

beforeEach(() => {
  vi.useFakeTimers({ now: START_MS })
})
afterEach(() => {
  vi.useRealTimers()
})

describe('where there is no waitUntil', () => {
  it('a lone record leaves 5 s after it was recorded', async () => {
    const { request, sent } = setUp()
    request()
    await vi.advanceTimersByTimeAsync(4999)
    expect(sent).toEqual([])
    await vi.advanceTimersByTimeAsync(1)
    expect(sent).toEqual([{ atMs: 5000, records: 1 }])
  })

  it('512 leave at once, and what is more waits for its time', async () => {
    const { request, sent } = setUp()
    for (let i = 0; i < 600; i++) request()
    await vi.advanceTimersByTimeAsync(4999)
    expect(sent).toEqual([{ atMs: 0, records: 512 }])
    await vi.advanceTimersByTimeAsync(10)
    expect(sent.slice(1).map(({ records }) => records)).toEqual([88])
  })

  it('a steady load makes full batches, not a request for every answer', async () => {
    const { request, sent, queue, mostUnderWay } = setUp({ answerMs: 20 })
    for (let i = 0; i < 5120; i++) {
      request()
      await vi.advanceTimersByTimeAsync(1)
    }
    await vi.advanceTimersByTimeAsync(6000)
    expect(sent.slice(0, 10).map(({ records }) => records)).toEqual(Array(10).fill(512))
    expect(queue.counts).toMatchObject({ exported: 5120, dropped: {} })
    expect(mostUnderWay()).toBe(1)
  })

  it('exports of a signal never overlap, however slow the receiver and whoever asks', async () => {
    const { request, pipeline, queue, mostUnderWay } = setUp({ answerMs: 3000 })
    for (let i = 0; i < 2000; i++) {
      request()
      if (i % 500 === 0) {
        void pipeline.flush()
        await vi.advanceTimersByTimeAsync(100)
      }
    }
    await vi.advanceTimersByTimeAsync(60_000)
    expect(queue.pending).toBe(0)
    expect(mostUnderWay()).toBe(1)
  })

  it('metrics leave every 60 s, also when nothing happens', async () => {
    const { request, collected } = setUp({ hasMetrics: true })
    request()
    await vi.advanceTimersByTimeAsync(240_000)
    expect(collected).toEqual([60_000, 120_000, 180_000, 240_000])
  })

  it('metrics keep an interval shorter than the delay of spans', async () => {
    const { request, collected } = setUp({ hasMetrics: true, intervalMs: 200 })
    request()
    await vi.advanceTimersByTimeAsync(1000)
    expect(collected).toEqual([200, 400, 600, 800, 1000])
  })

  it('metrics keep their time while requests go on', async () => {
    const { request, collected } = setUp({ hasMetrics: true })
    for (let i = 0; i < 1250; i++) {
      request()
      await vi.advanceTimersByTimeAsync(100)
    }
    expect(collected).toEqual([60_000, 120_000])
  })

  it('a hurried pipeline sends when a request ends, and is quiet otherwise', async () => {
    const { request, pipeline, sent, collected } = setUp({ hasMetrics: true })
    pipeline.hurry()
    request()
    request()
    await vi.advanceTimersByTimeAsync(1000)
    expect(sent).toEqual([{ atMs: 50, records: 2 }])
    expect(collected).toEqual([50])
    request()
    await vi.advanceTimersByTimeAsync(1000)
    expect(sent.slice(1)).toEqual([{ atMs: 1050, records: 1 }])
    expect(collected).toEqual([50, 1050])
  })

  it('a stopped pipeline sends nothing and counts what it is given', async () => {
    const { request, pipeline, sent, queue } = setUp({ hasMetrics: true })
    request()
    pipeline.stop()
    request()
    expect(vi.getTimerCount()).toBe(0)
    await vi.advanceTimersByTimeAsync(120_000)
    expect(sent).toEqual([])
    expect(queue.pending).toBe(0)
    expect(queue.counts.dropped).toEqual({ shutdown: 2 })
  })
})

it('a batch that was under way when its pipeline stopped is not kept for another attempt', () => {
  const { pipeline, queue } = setUp()
  queue.add(1, 10)
  const batch = queue.take(Date.now())
  pipeline.stop()
  expect(queue.pending).toBe(1)
  if (batch) {
    queue.settle(batch, { kind: 'retry', reason: 'http_503', ambiguous: false }, Date.now())
  }
  expect(queue.pending).toBe(0)
  expect(queue.counts.dropped).toEqual({ http_503: 1 })
})

it('a batch is full by its bytes as well', () => {
  const { queue } = setUp()
  expect(queue.isBatchFull).toBe(false)
  const large = numberQueue('traces', { maxQueueBytes: 16_000_000 })
  large.add(1, 2_097_151)
  expect(large.isBatchFull).toBe(false)
  large.add(1, 1)
  expect(large.isBatchFull).toBe(true)
})
