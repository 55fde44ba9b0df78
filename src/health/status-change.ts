import { say } from '../base/own-lines.ts'
import type { CheckResult, HealthStatus } from './check.ts'

/** The result of a check whose status differs from that of its run before. */
export interface StatusChange extends CheckResult {
  check: string
  critical: boolean
  /** Undefined on the check's first run in this isolate or process. */
  from: HealthStatus | undefined
}

/** Writes a change to the console as one line of JSON, redacted. */
export const logStatusChange = (change: StatusChange): void => {
  say(change.status === 'pass' ? 'info' : 'warn', { message: 'health check changed', ...change })
}
