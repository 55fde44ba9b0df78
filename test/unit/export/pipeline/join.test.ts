import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Outcome } from '../../../../src/export/outcome.ts'
import { joinPipelines } from '../../../../src/export/pipeline/join.ts'
import { Pipeline, type Queue } from '../../../../src/export/pipeline/pipeline.ts'
import { BATCH, numberExporter, numberQueue } from './support.ts'

const START_MS = 1_700_000_000_000
const ACCEPTED: Outcome = { kind: 'accepted', rejected: 0 }

/** A pipeline whose receiver takes so long for each answer. */
const setUp = (answerMs: number) => {
  const sentAtMs: number[] = []
  const exporter = numberExporter(async () => {
    sentAtMs.push(Date.now() - START_MS)
    await new Promise((resolve) => setTimeout(resolve, answerMs))
    return ACCEPTED
  })
  const queue = numberQueue('traces', { exporter })
  const pipeline = new Pipeline([queue as unknown as Queue], [], BATCH)
  return { pipeline, queue, sentAtMs }
}

beforeEach(() => {
  vi.useFakeTimers({ now: START_MS })
})
afterEach(() => {
  vi.useRealTimers()
})

describe('joined pipelines', () => {
  it('do not wait for each other', async () => {
    const slow = setUp(9000)
    const quick = setUp(10)
    const joined = joinPipelines([slow.pipeline, quick.pipeline])
    for (let second = 0; second < 5; second++) {
      joined?.open()
      slow.queue.add(1, 10)
      quick.queue.add(1, 10)
      void joined?.afterRequest()
      await vi.advanceTimersByTimeAsync(1000)
    }
    expect(quick.sentAtMs).toEqual([0, 1000, 2000, 3000, 4000])
    expect(slow.sentAtMs).toEqual([0])
  })

  it('are done when each of them is', async () => {
    const [slow, quick] = [setUp(9000), setUp(10)]
    const joined = joinPipelines([slow.pipeline, quick.pipeline])
    slow.queue.add(1, 10)
    quick.queue.add(1, 10)
    let isDone = false
    void joined?.afterRequest()?.then(() => {
      isDone = true
    })
    await vi.advanceTimersByTimeAsync(8999)
    expect(isDone).toBe(false)
    await vi.advanceTimersByTimeAsync(1)
    expect(isDone).toBe(true)
  })

  it('ask for nothing when none has anything to send', () => {
    expect(joinPipelines([setUp(0).pipeline, setUp(0).pipeline])?.afterRequest()).toBeUndefined()
  })

  it('each have a timer where there is no waitUntil', async () => {
    const [slow, quick] = [setUp(30_000), setUp(10)]
    const joined = joinPipelines([slow.pipeline, quick.pipeline])
    for (let second = 0; second < 12; second++) {
      joined?.open()
      slow.queue.add(1, 10)
      quick.queue.add(1, 10)
      joined?.schedule()
      await vi.advanceTimersByTimeAsync(1000)
    }
    expect(quick.sentAtMs).toEqual([5000, 10_010])
    expect(slow.sentAtMs).toEqual([5000])
    expect([slow.pipeline.active, quick.pipeline.active]).toEqual([0, 0])
  })

  it('of one are that one, and of none nothing', () => {
    const { pipeline } = setUp(0)
    expect(joinPipelines([pipeline])).toBe(pipeline)
    expect(joinPipelines([])).toBeUndefined()
  })
})
