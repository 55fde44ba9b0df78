import { realProcess } from '../../process/real-process.ts'
import type { CheckOptions, HealthCheck } from '../check.ts'

/**
 * Says how long the process has been running, in seconds; on Workers, how long ago the isolate's first check ran. It
 * always passes, and is not critical: a young process is no fault, but often the answer.
 *
 * @example
 * ```ts
 * import { healthRoutes } from 'hono-observability/health'
 * import { uptime } from 'hono-observability/process'
 *
 * export const health = healthRoutes({ checks: { uptime: uptime() } })
 * ```
 */
export const uptime = (options: CheckOptions = {}): HealthCheck => {
  let firstMs: number | undefined
  return {
    critical: false,
    ...options,
    componentType: 'system',
    componentId: 'process',
    run: async () => {
      const nowMs = Date.now()
      firstMs ??= nowMs
      return {
        observedValue: Math.floor(realProcess()?.uptime() ?? (nowMs - firstMs) / 1000),
        observedUnit: 's',
      }
    },
  }
}
