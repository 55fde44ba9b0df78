import type { CheckResult, HealthStatus } from './check.ts'

/** The result of a check whose status differs from that of its run before. */
export interface StatusChange extends CheckResult {
  check: string
  critical: boolean
  /** Undefined on the check's first run in this isolate or process. */
  from: HealthStatus | undefined
}

/** Writes a change to the console as one line of JSON. */
export function logStatusChange(change: StatusChange): void {
  console[change.status === 'pass' ? 'info' : 'warn'](
    JSON.stringify({ message: 'health check changed', ...change }),
  )
}
