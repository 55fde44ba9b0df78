import type { Span } from '@opentelemetry/api'
import { guard } from '../base/guard.ts'
import { closingOf } from '../export/pipeline/liveness.ts'
import type { Flow, Scope } from '../telemetry/scope.ts'
import { RecordingSpan } from '../traces/span.ts'
import { gaveOf, markEnded } from './token.ts'

/**
 * Runs what ends something, or arranges for its end. After a fault of ours in it, it is over all the same.
 *
 * @param release As {@link release}, with what else the kind holds on to.
 */
export const ending = <S extends Scope, T>(
  scope: S,
  close: () => T,
  release: (scope: S) => void,
): T | undefined => {
  try {
    return closingOf(close)
  } catch (fault) {
    return guard(() => {
      if (scope.ownsSpan) {
        scope.span?.end()
      }
      release(scope)
      throw fault
    })
  }
}

/**
 * It is over. Its asynchronous context, and so its scope, may be collected much later: what holds on to the runtime's
 * objects is let go now, and the invocation may end.
 *
 * @param span The work below it that is still open is waited for.
 * @param body What it is answered with, as long as that goes on.
 */
export const release = (scope: Scope, span: Span | undefined, body?: Flow): void => {
  const { settle, env, executionCtx } = scope
  if (settle) {
    scope.gave = gaveOf(env, executionCtx)
    markEnded(env, executionCtx)
    scope.isLate = true
    scope.env = undefined
    scope.executionCtx = undefined
    scope.settle = undefined
    settle(span instanceof RecordingSpan ? span.localTrace : undefined, body)
  }
}
