import { flushAll } from '../../telemetry/flush.ts'

/** After a first failure, and the longest that follows from more of them. */
const PAUSE_MS = 1000
const LONGEST_PAUSE_MS = 60_000

/** Kept of an invocation's time for its answer. */
const RESERVE_MS = 100

/**
 * Sends what there is, for so long at most. Who did not take it in time is not waited for again for a while, which
 * doubles: what waits goes on a timer, or with an invocation after that.
 */
export const boundedFlush = (timeoutMs: number): ((leftMs: number) => Promise<void>) => {
  let failures = 0
  let resumeMs = 0
  return async (leftMs) => {
    const limitMs = Math.min(timeoutMs, leftMs - RESERVE_MS)
    if (limitMs <= 0 || Date.now() < resumeMs) {
      return
    }
    if (await flushAll(limitMs)) {
      failures = 0
      return
    }
    resumeMs = Date.now() + Math.min(PAUSE_MS * 2 ** failures, LONGEST_PAUSE_MS)
    failures++
  }
}
