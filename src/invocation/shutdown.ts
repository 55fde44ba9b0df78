import { readProperty } from '../base/thrown.ts'
import { restoreGlobalFetch } from '../runtimes/global-fetch.ts'
import { FLUSH_TIMEOUT_MS, flushAll } from '../telemetry/flush.ts'
import { forgetPipelines, livePipelines } from '../telemetry/registry.ts'

/** A longer timer ends at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1

/** Settings of {@link forceFlush} and {@link shutdown}. */
export interface FlushOptions {
  /** Longest time to wait for receivers, in milliseconds. Default 5000. */
  timeoutMs?: number
}

/**
 * Sends now what this process has recorded, on every pipeline and whatever backoff says. Telemetry goes on.
 * Never throws. Tracing, metrics and logs SDK specifications, "ForceFlush".
 *
 * On Workers it sends within the current request what its isolate holds; `waitUntil` does that without it.
 * Metrics for the aggregator leave with requests only, since they need their binding.
 *
 * @returns True when receivers took all of it; false when time ran out or one did not. What it did not take is
 *   tried again as usual.
 *
 * @example
 * ```ts
 * import { forceFlush } from 'hono-observability'
 *
 * if (!(await forceFlush({ timeoutMs: 2000 }))) {
 *   console.warn('some telemetry has not left yet')
 * }
 * ```
 */
export const forceFlush = (options?: FlushOptions): Promise<boolean> => {
  const timeoutMs = readProperty(options, 'timeoutMs')
  return flushAll(
    typeof timeoutMs === 'number' && timeoutMs >= 0
      ? Math.min(timeoutMs, LONGEST_TIMER_MS)
      : FLUSH_TIMEOUT_MS,
  )
}

/**
 * Ends telemetry: sends what was recorded, stops the timers, and puts the global `fetch` back if
 * `traces.fetch` replaced it. The app goes on; what it records from then on is counted as dropped, by the
 * reason `shutdown`, as is what could not be sent. Never throws.
 *
 * Call it in a signal listener of your own, before `process.exit`. Without such a listener it is not needed.
 *
 * @returns What {@link forceFlush} returns.
 *
 * @example
 * ```ts
 * import { shutdown } from 'hono-observability'
 *
 * process.once('SIGTERM', async () => {
 *   // Close the server first, so that the last requests are in.
 *   await shutdown()
 *   process.exit(0)
 * })
 * ```
 */
export const shutdown = async (options?: FlushOptions): Promise<boolean> => {
  const isFlushed = await forceFlush(options)
  for (const pipeline of livePipelines()) {
    pipeline.stop()
  }
  forgetPipelines()
  restoreGlobalFetch()
  return isFlushed
}
