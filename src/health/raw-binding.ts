import { rawEnv } from '../bindings/raw.ts'
import { invalidOption } from './invalid-option.ts'

/**
 * Reads one binding as the platform made it. The only place where the health routes read `c.env`.
 *
 * @throws {TypeError} when it does not exist or lacks `method`; lists the names of those that exist.
 */
export const rawBinding = (env: unknown, name: string, method: string, check: string): unknown => {
  const bindings = (rawEnv(env) ?? {}) as Record<string, Record<string, unknown> | null | undefined>
  if (typeof bindings[name]?.[method] === 'function') {
    return bindings[name]
  }
  // Variables and secrets are strings; their names are left out.
  const names = Object.keys(bindings).filter((key) => typeof bindings[key] !== 'string')
  throw invalidOption(
    `checks.${check}`,
    `on one of ${names.join(', ') || '(no bindings)'} with ${method}()`,
    name,
  )
}
