import type { Run } from '../invocation/invocation.ts'
import { type Described, run } from '../invocation/run.ts'

/** Runs a cron trigger, per the semantic conventions for FaaS, "Timer". */
export const runScheduled: Run = (invocation, controller, call) =>
  run(
    invocation,
    () => describe(controller),
    () => call(controller),
  )

/** Tests call it with whatever they need; what is not there is not recorded. */
const describe = (controller: unknown): Described => {
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
