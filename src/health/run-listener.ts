import { say } from '../base/own-lines.ts'
import { describeThrown } from '../base/thrown.ts'
import type { RunListener } from './component.ts'
import { runRecorder } from './metrics.ts'
import type { HealthOptions } from './options.ts'
import { logStatusChange } from './status-change.ts'

/** What is done with each finished run besides answering. It must not break the probe. */
export const runListener = ({
  metrics,
  onStatusChange = logStatusChange,
}: Pick<HealthOptions, 'metrics' | 'onStatusChange'>): RunListener => {
  const record = metrics && runRecorder(metrics)
  return ({ name, critical }, result, previous) => {
    try {
      record?.(name, critical, result)
      const from = previous?.status
      if (result.status !== (from ?? 'pass')) {
        onStatusChange({ ...result, check: name, critical, from })
      }
    } catch (error) {
      say('error', `hono-observability: a health check's listener threw ${describeThrown(error)}`)
    }
  }
}
