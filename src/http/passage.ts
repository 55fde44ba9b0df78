import type { Context } from '@opentelemetry/api'
import { guard } from '../base/guard.ts'
import { ending } from '../invocation/end.ts'
import type { ObservabilityOptions } from '../telemetry/config/options.ts'
import { ensureTelemetry } from '../telemetry/ensure.ts'
import { cfOf } from './cf.ts'
import { closeRequest } from './close-request.ts'
import { closeInner, openInner, surroundings } from './inner-request.ts'
import { type Given, openRequest } from './open-request.ts'
import { type InnerRequest, type RequestScope, releaseRequest } from './request-scope.ts'

/** Begins a request, or one that the app makes of itself. */
export const openPassage = (
  options: ObservabilityOptions,
  request: Request,
  given: Given,
  current: Context,
): RequestScope | InnerRequest => {
  const { env, executionCtx } = given
  const telemetry = ensureTelemetry(options, env, cfOf(request))
  const { owner, active } = surroundings(current, telemetry, env, executionCtx)
  return owner ? openInner(owner, request, active) : openRequest(telemetry, request, given, active)
}

/**
 * Ends it, or has it end with its body.
 *
 * @param learn Called first, for what only now is known of it.
 * @returns What to send instead, if something else.
 */
export const closePassage = (
  passage: RequestScope | InnerRequest,
  status: number,
  response: Response | undefined,
  learn: () => void,
): Response | undefined => {
  const close = (): Response | undefined => {
    learn()
    return 'owner' in passage
      ? closeInner(passage, status, response)
      : closeRequest(passage, status, response)
  }
  return 'owner' in passage ? guard(close) : ending(passage, close, releaseRequest)
}
