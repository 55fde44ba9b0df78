import type { CheckFinding, HealthCheck } from './check.ts'

/** Runs a check once, within its time. Never rejects: whatever is thrown is a `fail`. */
export async function runCheck(
  check: HealthCheck,
  env: unknown,
  binding: unknown,
  timeoutMs: number,
): Promise<CheckFinding> {
  const signal = AbortSignal.timeout(timeoutMs)
  try {
    // Not every binding takes a signal: those are abandoned.
    const timeUp = new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => reject(`no answer within ${timeoutMs} ms`))
    })
    return (await Promise.race([check.run({ env, signal }, binding), timeUp])) ?? {}
  } catch (error) {
    return { status: 'fail', output: error instanceof Error ? error.message : String(error) }
  }
}
