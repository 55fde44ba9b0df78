import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { Outcome } from '../../../../src/export/outcome.ts'
import type { Collector } from '../../../../src/export/pipeline/collector.ts'
import { Pipeline, type Queue } from '../../../../src/export/pipeline/pipeline.ts'
import { keepAlive } from '../../../../src/invocation/keep-alive.ts'
import type { Telemetry } from '../../../../src/telemetry/telemetry.ts'
import { BATCH, numberExporter, numberQueue } from './support.ts'

const START_MS = 1_700_000_000_000
const POST_MS = 50

beforeEach(() => {
  vi.useFakeTimers({ now: START_MS })
})
afterEach(() => {
  vi.useRealTimers()
})

/** A Durable Object whose calls each record something, and a receiver that takes a while. */
const object = (
  answer: Outcome = { kind: 'accepted', rejected: 0 },
  collectors: readonly Collector[] = [],
) => {
  const sent: number[][] = []
  const queue = numberQueue('traces', {
    exporter: numberExporter(async (records) => {
      sent.push(records)
      await new Promise((resolve) => setTimeout(resolve, POST_MS))
      return answer
    }),
  })
  const pipeline = new Pipeline([queue as unknown as Queue], collectors, BATCH)
  /** Times in which the object is kept awake. */
  const awake: [fromMs: number, toMs: number][] = []
  const call = (record: number, isObject = true): void => {
    pipeline.open()
    queue.add(record, 100)
    const fromMs = Date.now()
    void pipeline.afterRequest({}, isObject)?.then(() => awake.push([fromMs, Date.now()]))
  }
  const awakeMs = (): number => awake.reduce((sum, [from, to]) => sum + to - from, 0)
  return { call, sent, queue, pipeline, awake, awakeMs }
}

it('an object sends what it has at once, also right after it has sent, and sleeps', async () => {
  const { call, sent, awakeMs } = object()
  for (let i = 0; i < 10; i++) {
    call(i)
    await vi.advanceTimersByTimeAsync(300)
  }
  expect(sent).toHaveLength(10)
  expect(awakeMs()).toBeLessThanOrEqual(10 * (POST_MS + 2))
})

it('a Worker, which is not billed for it, waits for company', async () => {
  const { call, sent, awakeMs } = object()
  for (let i = 0; i < 10; i++) {
    call(i, false)
    await vi.advanceTimersByTimeAsync(300)
  }
  await vi.advanceTimersByTimeAsync(2000)
  expect(sent.length).toBeLessThan(6)
  expect(awakeMs()).toBeGreaterThan(2000)
})

it('what comes while an object sends goes with its next round, and nothing stays behind', async () => {
  const { call, sent, queue } = object()
  for (let i = 0; i < 12; i++) {
    call(i)
    await vi.advanceTimersByTimeAsync(POST_MS / 5)
  }
  await vi.advanceTimersByTimeAsync(500)
  expect(sent.flat()).toEqual(Array.from({ length: 12 }, (_, i) => i))
  expect(sent.length).toBeLessThan(6)
  expect(queue.dueMs).toBeUndefined()
})

it('an object that is called all the time lingers as others do', async () => {
  const { call, sent } = object()
  for (let i = 0; i < 2000; i++) {
    call(i)
    await vi.advanceTimersByTimeAsync(1)
  }
  await vi.advanceTimersByTimeAsync(3000)
  expect(sent.flat()).toHaveLength(2000)
  // Full batches, a round a second, and the first.
  expect(sent.length).toBeLessThanOrEqual(9)
})

it('what a receiver did not take is tried again while the object waits, and not once it is taken to be away', async () => {
  const { call, sent, awake } = object({ kind: 'retry', reason: 'http_503', ambiguous: false })
  call(1)
  await vi.advanceTimersByTimeAsync(60_000)
  expect(sent.length).toBeGreaterThan(1)
  const before = awake.length
  call(2)
  await vi.advanceTimersByTimeAsync(60_000)
  const later = awake.slice(before)
  expect(later.every(([from, to]) => to - from <= POST_MS + 2)).toBe(true)
})

it('metrics that are held for company leave with an object', async () => {
  const collected: number[] = []
  let count = 0
  const collector: Collector = {
    get dueMs() {
      return count ? START_MS + 60_000 : undefined
    },
    get leaveMs() {
      return count ? 0 : undefined
    },
    async collect() {
      collected.push(count)
      count = 0
    },
  }
  const { call, awakeMs } = object(undefined, [collector])
  count = 3
  call(1)
  await vi.advanceTimersByTimeAsync(70_000)
  expect(collected).toEqual([3])
  expect(awakeMs()).toBeLessThanOrEqual(POST_MS + 2)
})

it('an object is known by its storage', () => {
  const asked: unknown[] = []
  const pipeline = {
    open() {},
    afterRequest: (_env: unknown, isAwake: boolean) => void asked.push(isAwake),
  }
  const telemetry = { pipeline, pipelines: [pipeline] } as unknown as Telemetry
  const waitUntil = (): void => {}
  keepAlive(telemetry, { waitUntil, storage: {} }, {})()
  keepAlive(telemetry, { waitUntil }, {})()
  expect(asked).toEqual([true, false])
})
