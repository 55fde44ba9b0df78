import type { Run } from '../invocation/host.ts'
import { type Invocation, runInvocation } from '../invocation/run.ts'

/** Runs a cron trigger, per the semantic conventions for FaaS, "Timer". */
export const runScheduled: Run = (host, controller, call) =>
  runInvocation(
    host,
    () => describe(controller),
    () => call(controller),
  )

/** Tests call it with whatever they need; what is not there is not recorded. */
const describe = (controller: unknown): Invocation => {
  const { cron, scheduledTime } = (controller ?? {}) as { cron?: unknown; scheduledTime?: unknown }
  const dueMs =
    typeof scheduledTime === 'number' || scheduledTime instanceof Date
      ? Number(scheduledTime)
      : Number.NaN
  // Beyond it, there are no dates.
  const isTime = Math.abs(dueMs) <= 8.64e15
  return {
    name: typeof cron === 'string' ? `scheduled ${cron}` : 'scheduled',
    attributes: {
      'faas.trigger': 'timer',
      ...(typeof cron === 'string' && { 'faas.cron': cron }),
      ...(isTime && {
        'faas.time': new Date(dueMs).toISOString(),
        'hono.scheduled.lateness_ms': Math.max(0, Date.now() - dueMs),
      }),
    },
  }
}
