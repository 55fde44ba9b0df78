import { guard } from '../../base/guard.ts'
import { countFailures, type ValidationHook } from './validation.ts'

/**
 * `zValidator` of `@hono/zod-validator`, or another validator that takes target, schema and hook (`sValidator`), whose
 * failures are counted by field: `hono.validation.failures` with `http.route`, `hono.validation.target` (`json`,
 * `query` …), `hono.validation.field` and zod's `hono.validation.code`. Target and fields are on the request's span and
 * line as well.
 *
 * Fields are those of the schema, written `items[].price` and, where callers choose the keys, `labels.*`. Values, and keys
 * that the schema does not have, are not recorded. What was wrong as a whole has no field.
 *
 * @param validator - As the package exports it.
 * @returns A validator of the same type, which does the same.
 *
 * @example
 * ```ts
 * import { Hono, type Context } from 'hono'
 * import { countedValidator } from 'hono-observability/hono'
 *
 * // import { zValidator } from '@hono/zod-validator'
 * const zValidator = (_target: string, _schema: object) => async (_c: Context, next: () => Promise<void>) => next()
 *
 * const validate = countedValidator(zValidator)
 * const app = new Hono()
 * app.post('/orders', validate('json', {}), (c) => c.text('placed'))
 * ```
 */
// biome-ignore lint/suspicious/noExplicitAny: validators are generic in ways of their own, and stay what they are
export const countedValidator = <Validator extends (...args: any[]) => unknown>(
  validator: Validator,
): Validator => {
  const counting = (target: string, schema: unknown, hook?: ValidationHook, ...rest: unknown[]) => {
    const made = validator(
      target,
      schema,
      ((result, c) => {
        guard(() => countFailures(result, c, target, schema))
        return hook?.(result, c)
      }) satisfies ValidationHook,
      ...rest,
    )
    if (typeof made === 'function' && !made.name) {
      // For the span of it.
      Object.defineProperty(made, 'name', { value: `validate ${target}`, configurable: true })
    }
    return made
  }
  return counting as unknown as Validator
}
