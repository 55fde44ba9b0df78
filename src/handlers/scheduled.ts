import { SpanKind } from '@opentelemetry/api'
import type { Invocation } from './invocation.ts'

/** A cron trigger, per the semantic conventions for FaaS, "Timer". */
export const scheduledInvocation = (controller: unknown): Invocation => {
  const { cron, scheduledTime } = controller as { cron: string; scheduledTime: number }
  return {
    name: `scheduled ${cron}`,
    kind: SpanKind.INTERNAL,
    attributes: {
      'faas.trigger': 'timer',
      'faas.cron': cron,
      'faas.time': new Date(scheduledTime).toISOString(),
      'hono.scheduled.lateness_ms': Math.max(0, Date.now() - scheduledTime),
    },
  }
}
