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
  const failed = (error: unknown): void =>
    say('error', `hono-observability: a health check's listener threw ${describeThrown(error)}`)
  return ({ name, critical }, result, previous) => {
    try {
      record?.(name, critical, result)
      const from = previous?.status
      if (result.status !== (from ?? 'pass')) {
        // Nobody waits for an async one: unheard, its rejection would end a process.
        Promise.resolve(onStatusChange({ ...result, check: name, critical, from })).catch(failed)
      }
    } catch (error) {
      failed(error)
    }
  }
}
