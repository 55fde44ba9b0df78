import { guard } from '../base/guard.ts'
import { activeContext, runWithContext } from '../context/async-context.ts'
import type { Host, Run } from '../invocation/host.ts'
import { ensureTelemetry } from '../telemetry/ensure.ts'
import { cfOf } from './cf.ts'
import { closeRequest } from './close-request.ts'
import { endRequest } from './end-request.ts'
import {
  closeInner,
  continueWithInner,
  isHandled,
  openInner,
  passageOf,
  surroundings,
} from './inner-request.ts'
import { openRequest } from './open-request.ts'
import type { Passage } from './request-scope.ts'

/** A request on its way through a handler, and how to end that. */
interface Started {
  readonly passage: Passage
  /** Returns what to send instead of the response. */
  close(status: number, response?: Response): Response | undefined
}

/** Answers a request in a server span; one that the app makes of itself in a span below the active one. */
export const runFetch: Run = async (host, event, handle) => {
  const request = event as Request
  const call = () => handle(request)
  // Also when a handler calls another, or an app is wrapped twice.
  const isInside = isHandled(passageOf(activeContext()), request, host.options, host.env)
  const started = isInside ? undefined : guard(() => start(host, request))
  if (!started) {
    return call()
  }
  const { passage, close } = started
  return runWithContext(passage.context, async () => {
    let response: unknown
    try {
      response = await call()
    } catch (error) {
      passage.error = error
      close(500)
      throw error
    }
    return response instanceof Response ? (close(response.status, response) ?? response) : response
  })
}

const start = ({ options, env, executionCtx, mark }: Host, request: Request): Started => {
  const telemetry = ensureTelemetry(options, env, cfOf(request))
  const { owner, active } = surroundings(activeContext(), telemetry, env, executionCtx)
  if (owner) {
    const inner = openInner(owner, request, active)
    return {
      passage: inner,
      close(status, response) {
        guard(() => {
          adopt(inner, status, response)
          closeInner(inner, status, response)
        })
        return undefined
      },
    }
  }
  const scope = openRequest(telemetry, request, {
    env,
    executionCtx,
    active: mark ? mark(active) : active,
  })
  return {
    passage: scope,
    close: (status, response) =>
      endRequest(scope, () => {
        adopt(scope, status, response)
        return closeRequest(scope, status, response)
      }),
  }
}

/** An app may have got the request by another object, as when part of its path was taken away. */
const adopt = (passage: Passage, status: number, response: Response | undefined): void => {
  if (!passage.handling) {
    continueWithInner(passage, status, response)
  }
}
