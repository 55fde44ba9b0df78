import type { CheckContext, CheckFinding, CheckOptions, HealthCheck } from '../check.ts'

// A function that returns nothing may have `void` as a type, and so may its promise.
type CustomResult = CheckFinding | boolean | undefined | ReturnType<() => void>

/**
 * Checks whatever a function finds out. Nothing or `true` is a pass, `false` or a throw a failure;
 * a finding says more.
 *
 * @example
 * ```ts
 * import { custom } from 'hono-observability/health'
 *
 * export const ping = custom(async ({ signal }) => (await fetch('https://api.example.com/ping', { signal })).ok)
 * ```
 */
export const custom = <Bindings = Record<string, unknown>>(
  run: (context: CheckContext<Bindings>) => CustomResult | Promise<CustomResult>,
  options: CheckOptions = {},
): HealthCheck => {
  return {
    ...options,
    componentType: 'component',
    run: async (context) => {
      const found = await run(context as CheckContext<Bindings>)
      return typeof found === 'object' ? found : { status: found === false ? 'fail' : 'pass' }
    },
  }
}
