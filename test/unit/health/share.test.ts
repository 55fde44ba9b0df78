import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { CheckResult } from '../../../src/health/check.ts'
import { type SharedRun, shareRun } from '../../../src/health/share.ts'

const CACHE_MS = 1000
const TIMEOUT_MS = 2000

let shared: SharedRun
let runs = 0

beforeEach(() => {
  vi.useFakeTimers({ now: 1_800_000_000_000 })
  shared = { runs: 0, leaseUntilMs: 0 }
  runs = 0
})
afterEach(() => {
  vi.useRealTimers()
})

/** A run that takes that long. */
function taking(durationMs: number): () => Promise<CheckResult> {
  return async () => {
    runs++
    const timeMs = Date.now()
    await new Promise((resolve) => setTimeout(resolve, durationMs))
    return { status: 'pass', timeMs, durationMs, output: `run ${runs}` }
  }
}

const probe = (durationMs: number, cacheMs = CACHE_MS): Promise<CheckResult> =>
  shareRun(shared, cacheMs, TIMEOUT_MS, taking(durationMs))

/** The leader's request is gone: its promise never settles and its timers never fire. */
const abandoned = (): Promise<CheckResult> =>
  shareRun(shared, CACHE_MS, TIMEOUT_MS, () => new Promise(() => {}))

async function settledAfter(promise: Promise<unknown>): Promise<number> {
  const startMs = Date.now()
  let endMs: number | undefined
  promise.then(() => {
    endMs = Date.now()
  })
  while (endMs === undefined) await vi.advanceTimersByTimeAsync(1)
  return endMs - startMs
}

it('runs once for a thousand probes at the same time', async () => {
  const probes = Promise.all(Array.from({ length: 1000 }, () => probe(50)))
  expect(await settledAfter(probes)).toBeLessThanOrEqual(50 + 20)
  const outputs = new Set((await probes).map(({ output }) => output))
  expect([runs, ...outputs]).toEqual([1, 'run 1'])
})

it('reuses a result for the cache time, and runs again after it', async () => {
  await settledAfter(probe(10))
  await vi.advanceTimersByTimeAsync(CACHE_MS - 1)
  expect(await settledAfter(probe(10))).toBe(0)
  expect(runs).toBe(1)
  await vi.advanceTimersByTimeAsync(1)
  await settledAfter(probe(10))
  expect(runs).toBe(2)
})

it('answers from the last result while a new run is in flight', async () => {
  await settledAfter(probe(10))
  await vi.advanceTimersByTimeAsync(CACHE_MS)
  const leader = probe(500)
  const follower = probe(10)
  expect(await settledAfter(follower)).toBe(0)
  expect((await follower).output).toBe('run 1')
  await settledAfter(leader)
})

it('waits for the run in flight when the last result is older than twice the cache time', async () => {
  await settledAfter(probe(10))
  await vi.advanceTimersByTimeAsync(2 * CACHE_MS)
  const leader = probe(500)
  const follower = probe(10)
  await settledAfter(leader)
  await settledAfter(follower)
  expect([runs, (await follower).output]).toEqual([2, 'run 2'])
})

it('shares a run in flight, but never a finished one, when nothing is cached', async () => {
  const both = Promise.all([probe(10, 0), probe(10, 0)])
  await settledAfter(both)
  expect(runs).toBe(1)
  await settledAfter(probe(10, 0))
  expect(runs).toBe(2)
})

it('answers shortly after the time-out when the run in flight died with its request', async () => {
  abandoned()
  const followers = Promise.all(Array.from({ length: 100 }, () => probe(10)))
  expect(await settledAfter(followers)).toBeLessThanOrEqual(TIMEOUT_MS + 70)
  expect((await followers).map(({ status }) => status)).toEqual(Array(100).fill('fail'))
  expect(runs).toBe(0)
  expect(shared.result).toBeUndefined()
})

it('replaces a run that died with its request, once', async () => {
  abandoned()
  await vi.advanceTimersByTimeAsync(TIMEOUT_MS + 1000)
  await settledAfter(Promise.all([probe(10), probe(10)]))
  expect([runs, shared.result?.status]).toEqual([1, 'pass'])
})

it('does not end the run of its successor when it comes back late', async () => {
  const late = probe(TIMEOUT_MS + 2000)
  await vi.advanceTimersByTimeAsync(TIMEOUT_MS + 1000)
  const successor = probe(1500)
  const leaseUntilMs = shared.leaseUntilMs
  await settledAfter(late)
  expect(shared.leaseUntilMs).toBe(leaseUntilMs)
  await settledAfter(successor)
  expect(shared.leaseUntilMs).toBe(0)
})

it('runs again at once when the clock was set back', async () => {
  await settledAfter(probe(10))
  vi.setSystemTime(Date.now() - 3_600_000)
  await settledAfter(probe(10))
  expect(runs).toBe(2)
})

it('frees the run for the next probe when it rejects', async () => {
  const failing = shareRun(shared, CACHE_MS, TIMEOUT_MS, () => Promise.reject(new Error('bug')))
  await expect(failing).rejects.toThrow('bug')
  await settledAfter(probe(10))
  expect(runs).toBe(1)
})
