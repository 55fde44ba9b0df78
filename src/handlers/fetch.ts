import { activeContext, runWithContext } from '../context/async-context.ts'
import { guard } from '../guard.ts'
import { closeRequest } from '../http/close-request.ts'
import { endRequest } from '../http/end-request.ts'
import { openRequest } from '../http/open-request.ts'
import { telemetryFor } from '../telemetry/telemetry.ts'
import type { Run } from './host.ts'

/** Answers a request in a server span. */
export const runFetch: Run = async ({ options, env, executionCtx, mark }, event, handle) => {
  const request = event as Request
  const call = () => handle(request)
  const scope = guard(() => {
    const telemetry = telemetryFor(options, env, request)
    const active = activeContext()
    return openRequest(telemetry, request, {
      env,
      executionCtx,
      active: mark ? mark(active) : active,
    })
  })
  if (!scope) {
    return call()
  }
  return runWithContext(scope.context, async () => {
    let response: unknown
    try {
      response = await call()
    } catch (error) {
      scope.error = error
      endRequest(scope, () => closeRequest(scope, 500, undefined))
      throw error
    }
    return response instanceof Response
      ? (endRequest(scope, () => closeRequest(scope, response.status, response, env)) ?? response)
      : response
  })
}
