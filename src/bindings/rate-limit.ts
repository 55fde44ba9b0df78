import { countLimited, measureBinding } from './metrics.ts'
import { operations } from './operations.ts'
import type { BindingContext } from './types.ts'
import { wrapObject } from './wrap-object.ts'

/** Rate limits: whether a call was allowed, never by which key. */
export const wrapRateLimit = (limit: object, context: BindingContext): object => {
  const method = operations(context, {
    type: 'RateLimit',
    attributesOf: () => ({}),
    measure: measureBinding,
  })
  return wrapObject(limit, {
    limit: method('limit', (result, attributes) => {
      const { success } = result as { success?: boolean }
      const told = { 'hono.rate_limit.result': success ? 'allowed' : 'limited' }
      countLimited(attributes, 1, told)
      return told
    }),
  })
}
