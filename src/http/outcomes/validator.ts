import type { Context, Next } from 'hono'
import { guard } from '../../base/guard.ts'
import { readProperty } from '../../base/thrown.ts'
import { countFailures, countMalformed, type ValidationHook } from './validation.ts'

/** Takes target, schema and hook, in generic ways of its own. */
// biome-ignore lint/suspicious/noExplicitAny: any narrower type would refuse some
export type AnyValidator = (...args: any[]) => unknown

/**
 * `zValidator` of `@hono/zod-validator`, or another validator that takes target, schema and hook, whose
 * failures are counted by field: `hono.validation.failures` with `http.route`, `hono.validation.target` (`json`,
 * `query` …), `hono.validation.field` and zod's `hono.validation.code`. Target and fields are on the request's span and
 * line as well.
 *
 * Fields are those of the schema, written `items[].price` and, where callers choose the keys, `labels.*`. Values, and keys
 * that the schema does not have, are not recorded. What was wrong as a whole has no field; a body that
 * could not be read at all, which is answered with 400 before the schema is asked, has the code `malformed`.
 *
 * @param validator - As the package exports it.
 * @returns A validator of the same type, which does the same.
 *
 * @example
 * ```ts
 * import { zValidator } from '@hono/zod-validator'
 * import { Hono } from 'hono'
 * import { countedValidator } from 'hono-observability/hono'
 * import { z } from 'zod'
 *
 * const validate = countedValidator(zValidator)
 *
 * const app = new Hono()
 * app.post('/orders', validate('json', z.object({ product: z.string() })), (c) =>
 *   c.text(c.req.valid('json').product),
 * )
 * ```
 */
export const countedValidator = <Validator extends AnyValidator>(
  validator: Validator,
): Validator => {
  const counting = (target: string, schema: unknown, hook?: ValidationHook, ...rest: unknown[]) => {
    const read = new WeakSet<object>()
    const made = validator(
      target,
      schema,
      ((result, c) => {
        read.add(c)
        guard(() => countFailures(result, c, target, schema))
        return hook?.(result, c)
      }) satisfies ValidationHook,
      ...rest,
    )
    if (typeof made !== 'function') {
      return made
    }
    if (!made.name) {
      // For the span of it.
      Object.defineProperty(made, 'name', { value: `validate ${target}`, configurable: true })
    }
    const unread = (c: Context, error: unknown): void => {
      if (!read.has(c) && readProperty(error, 'status') === 400) {
        countMalformed(c, target)
      }
    }
    // A proxy: other libraries keep what they know of a validator on it.
    return new Proxy(made, {
      apply: (validate, self, [c, next]: [Context, Next]) =>
        toldOfFailure(
          () =>
            Reflect.apply(validate, self, [
              c,
              () => {
                read.add(c)
                return next()
              },
            ]),
          (error) => unread(c, error),
        ),
    })
  }
  return counting as unknown as Validator
}

const toldOfFailure = async (
  call: () => unknown,
  failed: (error: unknown) => void,
): Promise<unknown> => {
  try {
    return await call()
  } catch (error) {
    guard(() => failed(error))
    throw error
  }
}
