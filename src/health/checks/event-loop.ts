import { watchEventLoop } from '../../process/event-loop-delay.ts'
import { realProcess } from '../../process/real-process.ts'
import type { CheckOptions, HealthCheck } from '../check.ts'
import { untold } from './utilization.ts'

/** Settings of {@link eventLoop}. */
export interface EventLoopCheckOptions extends CheckOptions {
  /** 99th percentile of the delay, in milliseconds, from which on the check is `warn`. Default 100. */
  warnAboveMs?: number
  /** The same for `fail`. Default 1000. */
  failAboveMs?: number
}

/**
 * Checks how late the event loop ran in the last minute or two, on Deno, Bun and Node: late timers mean that some
 * code holds the only thread. It is watched from the first run on. Not critical unless you say so. On Workers, which
 * have no such loop, it is `warn`.
 *
 * @example
 * ```ts
 * import { healthRoutes } from 'hono-observability/health'
 * import { eventLoop } from 'hono-observability/process'
 *
 * export const health = healthRoutes({ checks: { loop: eventLoop({ warnAboveMs: 50 }) } })
 * ```
 */
export const eventLoop = (options: EventLoopCheckOptions = {}): HealthCheck => {
  const { warnAboveMs = 100, failAboveMs = 1000 } = options
  let read: ReturnType<typeof watchEventLoop> | undefined
  return {
    critical: false,
    ...options,
    componentType: 'system',
    componentId: 'event loop',
    run: async () => {
      if (!realProcess()) {
        return untold('its event loop')
      }
      read ??= watchEventLoop()
      const summary = read()
      if (!summary) {
        return undefined
      }
      const delayMs = Math.round(summary.p99 * 1e5) / 100
      return {
        status: delayMs > failAboveMs ? 'fail' : delayMs > warnAboveMs ? 'warn' : 'pass',
        observedValue: delayMs,
        observedUnit: 'ms',
        output: `99th percentile of the delay; the longest was ${Math.round(summary.max * 1000)} ms`,
      }
    },
  }
}
