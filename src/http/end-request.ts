import { guard } from '../base/guard.ts'
import { closingOf } from '../export/pipeline/liveness.ts'
import { type RequestScope, releaseScope } from './request-scope.ts'

/** Runs what ends a request. A fault of ours in it ends the span all the same, and lets the invocation end. */
export const endRequest = <T>(scope: RequestScope, close: () => T): T | undefined =>
  guard(() => {
    try {
      return closingOf(close)
    } catch (fault) {
      if (scope.ownsSpan) {
        scope.span.end()
      }
      releaseScope(scope)
      throw fault
    }
  })
