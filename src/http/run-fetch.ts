import { guard } from '../base/guard.ts'
import { activeContext, runWithContext } from '../context/async-context.ts'
import type { Run } from '../invocation/invocation.ts'
import { continueWithInner, isHandled, passageOf } from './inner-request.ts'
import { closePassage, openPassage } from './passage.ts'
import type { InnerRequest, RequestScope } from './request-scope.ts'

/** Answers a request in a server span; one that the app makes of itself in a span below the active one. */
export const runFetch: Run = async (invocation, event, handle) => {
  const request = event as Request
  const { options, env } = invocation
  const active = activeContext()
  const passage = isHandled(passageOf(active), request, options, env)
    ? // As when a handler calls another, or an app is wrapped twice.
      undefined
    : guard(() => openPassage(options, request, invocation, active))
  if (!passage) {
    return handle(request)
  }
  return runWithContext(passage.context, async () => {
    let response: unknown
    try {
      response = await handle(request)
    } catch (error) {
      passage.error = error
      close(passage, 500)
      throw error
    }
    return response instanceof Response
      ? (close(passage, response.status, response) ?? response)
      : response
  })
}

const close = (
  passage: RequestScope | InnerRequest,
  status: number,
  response?: Response,
): Response | undefined =>
  closePassage(passage, status, response, () => {
    // An app may have got the request by another object, as when part of its path was taken away.
    if (!passage.handling) {
      continueWithInner(passage, status, response)
    }
  })
