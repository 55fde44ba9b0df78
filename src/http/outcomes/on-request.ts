import type { Attributes } from '@opentelemetry/api'
import { activeContext } from '../../context/async-context.ts'
import { joinFields } from '../../logs/join-fields.ts'
import { currentScope } from '../../telemetry/scope.ts'
import { passageOf } from '../inner-request.ts'
import type { InnerRequest, RequestScope } from '../request-scope.ts'

/**
 * Says something on the span and the access line of the request that is handled now.
 *
 * @returns Whether it is to be counted: of a request that is ignored, nothing is.
 */
export const sayOnRequest = (attributes: Attributes): boolean => {
  const context = activeContext()
  const passage = passageOf(context) as RequestScope | InnerRequest | undefined
  if (passage && 'isIgnored' in passage && passage.isIgnored) {
    return false
  }
  const scope = currentScope(context)
  passage?.span?.setAttributes(attributes)
  if (scope) {
    scope.fields = joinFields(scope.fields, attributes)
  }
  return true
}
