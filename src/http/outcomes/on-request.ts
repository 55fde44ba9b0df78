import type { Attributes } from '@opentelemetry/api'
import { activeContext } from '../../context/async-context.ts'
import { passageOf } from '../inner-request.ts'
import { say } from '../say.ts'

/**
 * Says something on the span and the access line of the request that is handled now.
 *
 * @returns Whether it is to be counted: of a request that is ignored, nothing is.
 */
export const sayOnRequest = (attributes: Attributes): boolean => {
  const context = activeContext()
  const passage = passageOf(context)
  if (passage && 'isIgnored' in passage && passage.isIgnored) {
    return false
  }
  say(context, attributes)
  return true
}
