import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Outcome } from '../../../../src/export/outcome.ts'
import type { BatchConfig } from '../../../../src/export/pipeline/batch-options.ts'
import type { Collector } from '../../../../src/export/pipeline/collector.ts'
import { Pipeline, type Queue } from '../../../../src/export/pipeline/pipeline.ts'
import { BATCH, numberExporter, numberQueue } from './support.ts'

const ACCEPTED: Outcome = { kind: 'accepted', rejected: 0 }

interface Sent {
  atMs: number
  records: number[]
}

/** A pipeline of numbers, and a receiver that answers as told. */
const setUp = (
  batch: Partial<BatchConfig> = {},
  respond: (sent: Sent, index: number) => Outcome | Promise<Outcome> = () => ACCEPTED,
  { retryAmbiguous = true, collectors = [] as Collector[] } = {},
) => {
  const config: BatchConfig = {
    ...BATCH,
    maxBatchSize: 4,
    maxQueueSize: 10,
    maxQueueBytes: 10_000,
    ...batch,
  }
  const drops: string[] = []
  const sent: Sent[] = []
  const queue = numberQueue('traces', {
    exporter: numberExporter((records) => {
      const request = { atMs: Date.now(), records }
      sent.push(request)
      return respond(request, sent.length - 1)
    }),
    maxBatchSize: config.maxBatchSize,
    maxQueueSize: config.maxQueueSize ?? 10,
    maxQueueBytes: config.maxQueueBytes,
    retryAmbiguous,
    onDrop: (reason, count) => drops.push(`${reason}:${count}`),
  })
  const pipeline = new Pipeline([queue as unknown as Queue], collectors, config)
  const pending: Promise<void>[] = []
  /** A request that hands in one record and ends, its waitUntil kept in `pending`. */
  const request = (record: number): boolean => {
    queue.add(record, 100)
    const work = pipeline.afterRequest()
    if (work) {
      pending.push(work)
    }
    return work !== undefined
  }
  return { queue, pipeline, sent, drops, request, settled: () => Promise.all(pending) }
}

beforeEach(() => {
  vi.useFakeTimers({ now: 1_700_000_000_000 })
})

afterEach(() => {
  vi.useRealTimers()
})

describe('with waitUntil', () => {
  it('a lone request is sent at once', async () => {
    const { request, sent, settled, queue } = setUp()
    expect(request(1)).toBe(true)
    await vi.advanceTimersByTimeAsync(0)
    expect(sent).toEqual([{ atMs: 1_700_000_000_000, records: [1] }])
    await settled()
    expect(queue.pending).toBe(0)
  })

  it('nothing is encoded or sent before the request itself could answer', () => {
    const { request, sent } = setUp()
    request(1)
    expect(sent).toEqual([])
  })

  it('one request leads, the others add to its batch', async () => {
    const { request, sent, settled } = setUp()
    expect(request(1)).toBe(true)
    expect(request(2)).toBe(false)
    expect(request(3)).toBe(false)
    await vi.advanceTimersByTimeAsync(0)
    expect(sent.map(({ records }) => records)).toEqual([[1, 2, 3]])
    await settled()
  })

  it('requests after a round share the next, a linger later', async () => {
    const { request, sent, settled } = setUp()
    request(1)
    await vi.advanceTimersByTimeAsync(100)
    request(2)
    await vi.advanceTimersByTimeAsync(100)
    request(3)
    await vi.advanceTimersByTimeAsync(2000)
    expect(sent).toEqual([
      { atMs: 1_700_000_000_000, records: [1] },
      { atMs: 1_700_000_001_000, records: [2, 3] },
    ])
    await settled()
  })

  it('a full batch does not wait for the leader', async () => {
    const { request, sent, settled } = setUp()
    request(0)
    await vi.advanceTimersByTimeAsync(0)
    for (let i = 1; i <= 4; i++) {
      request(i)
    }
    await vi.advanceTimersByTimeAsync(10)
    expect(sent.map(({ records }) => records)).toEqual([[0], [1, 2, 3, 4]])
    await vi.advanceTimersByTimeAsync(2000)
    await settled()
  })

  it('of many that end before a full batch is taken one takes it, and after a second without it another', async () => {
    const { request, sent } = setUp()
    request(0)
    await vi.advanceTimersByTimeAsync(0)
    const waits = (count: number): number =>
      Array.from({ length: count }, (_, i) => request(i)).filter(Boolean).length
    // One leads, and one sends what is full.
    expect(waits(7)).toBe(2)
    await vi.advanceTimersByTimeAsync(0)
    expect(sent.map(({ records }) => records.length)).toEqual([1, 4])
    // The timers of a request that has died never come.
    const timers = vi.spyOn(globalThis, 'setTimeout').mockReturnValue(0 as never)
    expect(waits(5)).toBe(1)
    timers.mockRestore()
    vi.setSystemTime(Date.now() + 1001)
    expect(waits(1)).toBe(1)
    await vi.advanceTimersByTimeAsync(2000)
    expect(sent.flatMap(({ records }) => records)).toHaveLength(14)
  })

  it('a receiver that is slow gets full batches side by side, and nothing is lost', async () => {
    const { request, sent, drops, settled } = setUp({ maxQueueSize: 50 }, async () => {
      await new Promise((resolve) => setTimeout(resolve, 1500))
      return ACCEPTED
    })
    for (let i = 0; i < 100; i++) {
      request(i)
      await vi.advanceTimersByTimeAsync(50)
    }
    await vi.advanceTimersByTimeAsync(20_000)
    await settled()
    expect(drops).toEqual([])
    expect(sent.flatMap(({ records }) => records)).toHaveLength(100)
  })

  it('beyond the cap the newest are dropped and counted', async () => {
    const { request, sent, drops, queue, settled } = setUp()
    for (let i = 1; i <= 13; i++) {
      request(i)
    }
    await vi.advanceTimersByTimeAsync(5000)
    await settled()
    expect(sent.flatMap(({ records }) => records)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
    expect(drops).toEqual(['queue_full:1', 'queue_full:1', 'queue_full:1'])
    expect(queue.counts).toMatchObject({
      recorded: 13,
      exported: 10,
      dropped: { queue_full: 3 },
    })
  })

  it('the byte cap holds as the count cap does', () => {
    const { queue, drops } = setUp({ maxQueueBytes: 250 })
    queue.add(1, 100)
    queue.add(2, 100)
    queue.add(3, 100)
    expect([queue.pending, drops]).toEqual([2, ['queue_full:1']])
  })

  it('a failing receiver is tried again with growing pauses, and nothing is lost', async () => {
    const { request, sent, settled, queue } = setUp({}, (_sent, index) =>
      index < 2 ? { kind: 'retry', reason: 'http_503', ambiguous: false } : ACCEPTED,
    )
    request(1)
    await vi.advanceTimersByTimeAsync(10_000)
    await settled()
    expect(sent).toHaveLength(3)
    const times = sent.map(({ atMs }) => atMs)
    const pauses = times.slice(1).map((time, i) => time - (times[i] as number))
    expect(pauses[1]).toBeGreaterThan((pauses[0] as number) + 1)
    expect(queue.counts).toMatchObject({ exported: 1, failures: 2, consecutiveFailures: 0 })
  })

  it('after a failure there is one attempt at a time, however many requests end, until one is taken', async () => {
    const probe = Promise.withResolvers<Outcome>()
    const { request, sent, settled, queue } = setUp({ maxBatchSize: 1 }, (_sent, index) =>
      index === 0
        ? { kind: 'retry', reason: 'http_503', ambiguous: false }
        : index === 1
          ? probe.promise
          : ACCEPTED,
    )
    request(1)
    await vi.advanceTimersByTimeAsync(300)
    for (const record of [2, 3, 4, 5]) request(record)
    await vi.advanceTimersByTimeAsync(5000)
    expect(sent).toHaveLength(2)
    probe.resolve(ACCEPTED)
    await vi.advanceTimersByTimeAsync(2000)
    await settled()
    expect(sent.map(({ records }) => records[0])).toEqual([1, 1, 2, 3, 4, 5])
    expect(queue.counts).toMatchObject({ exported: 5, failures: 1 })
  })

  it('Retry-After is honoured to the millisecond', async () => {
    const { request, sent, settled } = setUp({}, (_sent, index) =>
      index === 0
        ? { kind: 'retry', reason: 'http_429', ambiguous: false, afterMs: 7000 }
        : ACCEPTED,
    )
    request(1)
    await vi.advanceTimersByTimeAsync(6999)
    expect(sent).toHaveLength(1)
    await vi.advanceTimersByTimeAsync(1)
    expect(sent).toHaveLength(2)
    await settled()
  })

  it('an acceptance of what was sent before does not cut the wait short', () => {
    const { queue } = setUp({ maxBatchSize: 1 })
    queue.add(1, 100)
    queue.add(2, 100)
    const nowMs = Date.now()
    const [first, second] = [queue.take(nowMs), queue.take(nowMs)]
    if (!first || !second) {
      throw new Error('Expected two batches')
    }
    queue.settle(
      first,
      { kind: 'retry', reason: 'http_429', ambiguous: false, afterMs: 60_000 },
      nowMs,
    )
    queue.settle(second, ACCEPTED, nowMs + 10)
    expect(queue.take(nowMs + 59_999)).toBeUndefined()
    expect(queue.take(nowMs + 60_000)).toBe(first)
  })

  it('what a store has taken is done with, and does not hold up what follows', async () => {
    const { request, sent, settled, queue } = setUp({}, (_sent, index) =>
      index === 0
        ? ({ kind: 'spilled', failure: 'http_503' } as never)
        : ({ kind: 'spilled' } as never),
    )
    request(1)
    await vi.advanceTimersByTimeAsync(100)
    request(2)
    await vi.advanceTimersByTimeAsync(2000)
    await settled()
    expect(sent.map(({ records }) => records)).toEqual([[1], [2]])
    expect(queue.pending).toBe(0)
    expect(queue.counts).toMatchObject({
      recorded: 2,
      spilled: 2,
      exported: 0,
      dropped: {},
      requests: 1,
      failures: 1,
      consecutiveFailures: 1,
    })
  })

  it('a wait longer than the lease is left to a later request', async () => {
    const { request, sent, settled, queue } = setUp({}, (_sent, index) =>
      index === 0
        ? { kind: 'retry', reason: 'http_429', ambiguous: false, afterMs: 60_000 }
        : ACCEPTED,
    )
    request(1)
    await vi.advanceTimersByTimeAsync(100)
    await settled()
    expect(queue.pending).toBe(1)
    request(2)
    await vi.advanceTimersByTimeAsync(100)
    expect(sent).toHaveLength(1)
    await vi.advanceTimersByTimeAsync(60_000)
    request(3)
    await vi.advanceTimersByTimeAsync(2000)
    await settled()
    expect(sent.flatMap(({ records }) => records)).toEqual([1, 1, 2, 3])
    expect(queue.pending).toBe(0)
  })

  it('a batch that fails too often is dropped under its reason', async () => {
    const { request, drops, settled } = setUp({}, () => ({
      kind: 'retry',
      reason: 'http_503',
      ambiguous: false,
    }))
    request(1)
    // One that is away is asked by the requests that come, not waited for.
    for (let i = 0; i < 10 && !drops.length; i++) {
      await vi.advanceTimersByTimeAsync(30_000)
      await settled()
      request(2)
    }
    expect(drops[0]).toBe('http_503:1')
  })

  it('a receiver that nobody has ever reached is asked once, and not waited for', async () => {
    const { request, sent, drops, queue, settled } = setUp({}, () => ({
      kind: 'retry',
      reason: 'network',
      ambiguous: false,
    }))
    request(1)
    await vi.advanceTimersByTimeAsync(0)
    await settled()
    expect([sent.length, queue.pending, drops]).toEqual([1, 1, []])
    expect(request(2)).toBe(false)
    await vi.advanceTimersByTimeAsync(30_000)
    expect(sent).toHaveLength(1)
    expect(request(3)).toBe(true)
    await vi.advanceTimersByTimeAsync(0)
    await settled()
    expect(sent[1]?.records).toEqual([1])
    expect(queue.pending).toBe(3)
  })

  it('a receiver that is away holds no request until its next attempt is due', async () => {
    const { request, queue, settled } = setUp({}, () => ({
      kind: 'retry',
      reason: 'http_503',
      ambiguous: false,
    }))
    request(1)
    await vi.advanceTimersByTimeAsync(10_000)
    await settled()
    expect(queue.counts.consecutiveFailures).toBe(3)
    queue.notBeforeMs = Date.now() + 20_000
    expect(request(2)).toBe(false)
    await vi.advanceTimersByTimeAsync(20_000)
    expect(request(3)).toBe(true)
  })

  it('what is refused is dropped without another attempt', async () => {
    const { request, sent, drops, settled } = setUp({}, () => ({
      kind: 'refused',
      reason: 'http_400',
    }))
    request(1)
    await vi.advanceTimersByTimeAsync(10_000)
    await settled()
    expect([sent.length, drops]).toEqual([1, ['http_400:1']])
  })

  it('a partial success is never sent again, and the rejected are counted', async () => {
    const { request, sent, drops, queue, settled } = setUp({}, () => ({
      kind: 'accepted',
      rejected: 2,
    }))
    request(1)
    request(2)
    request(3)
    await vi.advanceTimersByTimeAsync(10_000)
    await settled()
    expect([sent.length, drops, queue.counts.exported]).toEqual([1, ['rejected:2'], 1])
  })

  it('a leader that died loses its lease, and its records are sent by the next', async () => {
    const { request, sent, queue } = setUp({}, (_sent, index) =>
      index === 0 ? new Promise<Outcome>(() => {}) : ACCEPTED,
    )
    request(1)
    await vi.advanceTimersByTimeAsync(1000)
    expect(request(2)).toBe(false)
    await vi.advanceTimersByTimeAsync(24_500)
    expect(request(3)).toBe(true)
    await vi.advanceTimersByTimeAsync(3000)
    expect(sent.map(({ records }) => records)).toEqual([[1], [1], [2, 3]])
    expect(queue.pending).toBe(0)
    expect(queue.counts.exported).toBe(3)
  })

  it('makes no more requests for one invocation than allowed, and hands over to the next', async () => {
    const { request, sent, settled, queue } = setUp(
      { maxSubrequests: 5, maxLingerMs: 10, maxBatchSize: 1000, maxQueueSize: 1000 },
      // Slow enough for more records to arrive meanwhile.
      () => new Promise((resolve) => setTimeout(resolve, 5, ACCEPTED)),
    )
    let leaders = 0
    for (let i = 0; i < 400; i++) {
      leaders += request(i) ? 1 : 0
      await vi.advanceTimersByTimeAsync(1)
    }
    await vi.advanceTimersByTimeAsync(1000)
    await settled()
    expect(sent.flatMap(({ records }) => records)).toEqual(Array.from({ length: 400 }, (_, i) => i))
    expect(queue.pending).toBe(0)
    expect(leaders).toBeGreaterThanOrEqual(sent.length / 5)
    expect(leaders).toBeLessThan(sent.length / 3)
  })

  it('never counts more rejected than there were', async () => {
    const { request, drops, queue, settled } = setUp({}, () => ({ kind: 'accepted', rejected: 99 }))
    request(1)
    await vi.advanceTimersByTimeAsync(1000)
    await settled()
    expect([drops, queue.counts.exported]).toEqual([['rejected:1'], 0])
  })

  it('sends again in the order of recording', async () => {
    const { request, sent, settled } = setUp({ maxBatchSize: 1 }, (_sent, index) =>
      index < 2 ? { kind: 'retry', reason: 'http_503', ambiguous: false } : ACCEPTED,
    )
    request(1)
    request(2)
    request(3)
    await vi.advanceTimersByTimeAsync(20_000)
    await settled()
    expect(sent.map(({ records }) => records[0])).toEqual([1, 1, 1, 2, 3])
  })

  it('what may have arrived is not sent again where that would count it twice', async () => {
    const { request, sent, drops, settled } = setUp(
      {},
      (_sent, index) =>
        index < 2 ? { kind: 'retry', reason: 'http_504', ambiguous: index === 1 } : ACCEPTED,
      { retryAmbiguous: false },
    )
    request(1)
    await vi.advanceTimersByTimeAsync(20_000)
    await settled()
    expect([sent.length, drops]).toEqual([2, ['http_504:1']])
  })

  it('when the last waitUntil has settled, nothing is left', async () => {
    const { request, settled, queue } = setUp({ maxQueueSize: 1000 })
    for (let i = 0; i < 300; i++) {
      request(i)
      await vi.advanceTimersByTimeAsync(i % 7 === 0 ? 400 : 1)
    }
    await vi.advanceTimersByTimeAsync(30_000)
    await settled()
    expect(queue.pending).toBe(0)
    expect(queue.counts).toMatchObject({ exported: 300, dropped: {} })
  })
})

describe('a collector', () => {
  /** Collects what has been counted since the last time, and sends it by itself. */
  const counting = () => {
    const collected: [atMs: number, count: number][] = []
    let count = 0
    return {
      collected,
      countOne: () => void count++,
      collector: {
        get dueMs() {
          return count > 0 ? 0 : undefined
        },
        async collect() {
          collected.push([Date.now() - 1_700_000_000_000, count])
          count = 0
        },
      } satisfies Collector,
    }
  }

  it('is asked once a round, and holds nothing back when requests stop', async () => {
    const { collected, countOne, collector } = counting()
    const { pipeline } = setUp({}, undefined, { collectors: [collector] })
    for (let i = 0; i < 30; i++) {
      countOne()
      void pipeline.afterRequest()
      await vi.advanceTimersByTimeAsync(100)
    }
    await vi.advanceTimersByTimeAsync(5000)
    expect(collected.map(([, count]) => count).reduce((sum, n) => sum + n, 0)).toBe(30)
    expect(collected.map(([atMs]) => atMs)).toEqual([0, 1000, 2000, 3000])
  })

  it('that has nothing needs no leader', () => {
    const { pipeline } = setUp({}, undefined, { collectors: [counting().collector] })
    expect(pipeline.afterRequest()).toBeUndefined()
  })
})

describe('without waitUntil', () => {
  it('records leave after the delay, in one batch', async () => {
    const { queue, pipeline, sent } = setUp()
    for (const record of [1, 2, 3]) {
      queue.add(record, 100)
      pipeline.schedule()
      await vi.advanceTimersByTimeAsync(1000)
    }
    expect(sent).toEqual([])
    await vi.advanceTimersByTimeAsync(2000)
    expect(sent.map(({ records }) => records)).toEqual([[1, 2, 3]])
  })

  it('a full batch leaves at once', async () => {
    const { queue, pipeline, sent } = setUp()
    for (const record of [1, 2, 3, 4]) {
      queue.add(record, 100)
      pipeline.schedule()
    }
    await vi.advanceTimersByTimeAsync(0)
    expect(sent.map(({ records }) => records)).toEqual([[1, 2, 3, 4]])
  })

  it('what a failing receiver did not take is tried again by itself', async () => {
    const { queue, pipeline, sent } = setUp({}, (_sent, index) =>
      index === 0 ? { kind: 'retry', reason: 'network', ambiguous: false } : ACCEPTED,
    )
    queue.add(1, 100)
    pipeline.schedule()
    await vi.advanceTimersByTimeAsync(20_000)
    expect(sent).toHaveLength(2)
    expect(queue.pending).toBe(0)
  })

  it('flush sends everything now', async () => {
    const { queue, pipeline, sent } = setUp()
    for (let i = 0; i < 9; i++) {
      queue.add(i, 100)
    }
    await pipeline.flush()
    expect(sent.map(({ records }) => records.length)).toEqual([4, 4, 1])
    expect(queue.pending).toBe(0)
  })
})
