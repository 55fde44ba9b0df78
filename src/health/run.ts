import { redactedCopy, redactStart } from '../base/own-lines.ts'
import { readProperty } from '../base/thrown.ts'
import type { CheckFinding, HealthCheck } from './check.ts'

/** Characters of a failure's explanation. */
const MAX_OUTPUT = 1000

const STATUSES: readonly unknown[] = [undefined, 'pass', 'warn', 'fail']

/**
 * Runs a check once, within its time. Never rejects: whatever is thrown, and whatever is found that is no finding, is a
 * `fail`. The only source of results, which is why nothing of a check can leave unredacted: not in the detailed body,
 * in a line or in a metric.
 */
export const runCheck = async (
  check: HealthCheck,
  env: unknown,
  binding: unknown,
  timeoutMs: number,
): Promise<CheckFinding> => {
  const signal = AbortSignal.timeout(timeoutMs)
  try {
    // Not every binding takes a signal: those are abandoned.
    const timeUp = new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => reject(`no answer within ${timeoutMs} ms`))
    })
    return findingOf(await Promise.race([check.run({ env, signal }, binding), timeUp]))
  } catch (error) {
    return { status: 'fail', output: redactStart(textOf(error), MAX_OUTPUT) }
  }
}

const findingOf = (found: unknown): CheckFinding => {
  if (found === undefined || found === null || found === true) {
    return {}
  }
  const copy = redactedCopy(found) as CheckFinding
  if (typeof copy !== 'object' || !STATUSES.includes(copy.status)) {
    return { status: 'fail', output: `found ${JSON.stringify(copy)}`.slice(0, MAX_OUTPUT) }
  }
  return copy
}

/** What was thrown, in words: a message, or the thing itself, which may have no text. */
const textOf = (error: unknown): string => {
  const message = readProperty(error, 'message')
  if (typeof message === 'string') {
    return message
  }
  try {
    return String(error)
  } catch {
    return typeof error
  }
}
