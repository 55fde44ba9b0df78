import type { CheckResult } from './check.ts'

/** What probes of one isolate share about one check: plain data, never a promise, timer or I/O object. */
export interface SharedRun {
  result?: CheckResult
  /** Runs that have finished. A waiting probe sees a new result by this number. */
  runs: number
  /** Until when the run in flight has the right to be the only one. 0 when none is in flight. */
  leaseUntilMs: number
}

const FIRST_POLL_MS = 2
const LONGEST_POLL_MS = 20
/** What a waiting probe grants beyond the time-out, so that it sees the leader's own time-out. */
const WAIT_MARGIN_MS = 40
/**
 * The lease outlasts every probe that waits for it: a leader whose timer is late under load must
 * not be overtaken, and one that died with its request is replaced by the next probe.
 */
const LEASE_MARGIN_MS = 1000

/**
 * Answers from the last result, from another request's run, or by running.
 *
 * On Workers a promise dies with the request that made it and its timers stop, so a probe never
 * awaits another's run: it looks at plain data until a result appears. A result is reused for
 * `cacheMs`, and for as long again while a run is in flight.
 */
export const shareRun = async (
  shared: SharedRun,
  cacheMs: number,
  timeoutMs: number,
  run: () => Promise<CheckResult>,
): Promise<CheckResult> => {
  const arrivedMs = Date.now()
  const runsBefore = shared.runs
  for (let pollMs = FIRST_POLL_MS; ; pollMs = Math.min(pollMs * 2, LONGEST_POLL_MS)) {
    const nowMs = Date.now()
    const { result } = shared
    const inFlight = nowMs < shared.leaseUntilMs
    if (result) {
      const ageMs = nowMs - result.timeMs - result.durationMs
      // A negative age means the clock was set back.
      const reusable = ageMs >= 0 && ageMs < (inFlight ? 2 * cacheMs : cacheMs)
      if (reusable || shared.runs > runsBefore) {
        return result
      }
    }
    if (!inFlight) {
      break
    }
    if (nowMs - arrivedMs > timeoutMs + WAIT_MARGIN_MS) {
      return {
        status: 'fail',
        timeMs: arrivedMs,
        durationMs: nowMs - arrivedMs,
        output: 'no result yet',
      }
    }
    await new Promise((resolve) => setTimeout(resolve, pollMs))
  }
  const lease = Date.now() + timeoutMs + LEASE_MARGIN_MS
  shared.leaseUntilMs = lease
  try {
    shared.result = await run()
    shared.runs++
    return shared.result
  } finally {
    // A leader that lost its lease must not end its successor's.
    if (shared.leaseUntilMs === lease) {
      shared.leaseUntilMs = 0
    }
  }
}
