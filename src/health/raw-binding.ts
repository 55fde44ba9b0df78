import { rawOf } from '../bindings/raw.ts'
import { invalidOption } from './invalid-option.ts'

/**
 * Reads one binding as the platform made it. The only place where the health routes read `c.env`.
 *
 * @throws {TypeError} when it does not exist or lacks `method`; lists the names of those that do.
 */
export const rawBinding = (env: unknown, name: string, method: string, check: string): unknown => {
  const bindings = (rawOf(env) ?? {}) as Record<string, Record<string, unknown> | null | undefined>
  const isMeant = (key: string): boolean => typeof bindings[key]?.[method] === 'function'
  if (isMeant(name)) {
    return bindings[name]
  }
  // An environment holds other things as well: variables and secrets, and on Node the request and its answer.
  const names = Object.keys(bindings).filter(isMeant)
  throw invalidOption(
    `checks.${check}`,
    `on a binding with ${method}() (there is ${names.join(', ') || 'none'})`,
    name,
  )
}
