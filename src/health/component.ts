import type { CheckResult, HealthCheck } from './check.ts'
import { invalidOption } from './invalid-option.ts'
import { rawBinding } from './raw-binding.ts'
import { runCheck } from './run.ts'
import { type SharedRun, shareRun } from './share.ts'
import { nextStanding, type Standing } from './standing.ts'

/** One named check, ready to be probed. */
export interface Component {
  name: string
  check: HealthCheck
  critical: boolean
  /** The check's binding, if it has one. Throws when there is none of that name. */
  bind(env: unknown): unknown
  /** The result for one probe: reused, of another request's run, or of a run of its own. */
  probe(env: unknown, keepAlive: (run: Promise<unknown>) => void): Promise<CheckResult>
}

/** Told of each finished run, together with the result of the run before it. */
export type RunListener = (
  component: Component,
  result: CheckResult,
  previous: CheckResult | undefined,
) => void

// Timers wrap around beyond it.
const MAX_MS = 2 ** 31 - 1

export const createComponent = (
  name: string,
  check: HealthCheck,
  onRun: RunListener,
): Component => {
  const option = `checks.${name}`
  if (typeof check?.run !== 'function') {
    throw invalidOption(option, 'a health check', check)
  }

  const setting = (
    key: 'timeoutMs' | 'cacheMs' | 'degradedAboveMs' | 'failureThreshold' | 'successThreshold',
    fallback: number,
    least: number,
  ): number => {
    const value = check[key]
    if (value === undefined) {
      return fallback
    }
    if (Number.isInteger(value) && value >= least && value <= MAX_MS) {
      return value
    }
    throw invalidOption(`${option}.${key}`, `an integer from ${least} to ${MAX_MS}`, value)
  }
  const timeoutMs = setting('timeoutMs', 2000, 1)
  const cacheMs = setting('cacheMs', 1000, 0)
  const degradedAboveMs = setting('degradedAboveMs', MAX_MS, 0)
  const failureThreshold = setting('failureThreshold', 1, 1)
  const successThreshold = setting('successThreshold', 1, 1)

  const shared: SharedRun = { runs: 0, leaseUntilMs: 0 }
  let standing: Standing | undefined

  const run = async (env: unknown): Promise<CheckResult> => {
    const timeMs = Date.now()
    const found = await runCheck(check, env, component.bind(env), timeoutMs)
    const durationMs = Date.now() - timeMs
    const passed = found.status !== 'fail'
    standing = nextStanding(standing, passed, failureThreshold, successThreshold)
    const degraded = !passed || durationMs > degradedAboveMs
    const previous = shared.result
    const result: CheckResult = {
      ...found,
      status: !standing.healthy ? 'fail' : degraded ? 'warn' : (found.status ?? 'pass'),
      timeMs,
      durationMs,
      lastSuccessMs: passed ? timeMs : previous?.lastSuccessMs,
    }
    onRun(component, result, previous)
    return result
  }

  const component: Component = {
    name,
    check,
    critical: check.critical ?? true,
    bind: (env) => check.binding && rawBinding(env, ...check.binding, name),
    probe: (env, keepAlive) =>
      shareRun(shared, cacheMs, timeoutMs, () => {
        const running = run(env)
        keepAlive(running)
        return running
      }),
  }
  return component
}
