import type { Context } from '@opentelemetry/api'
import type { Context as HonoContext, MiddlewareHandler } from 'hono'
import { guard } from '../base/guard.ts'
import { instrumentExports, instrumentedEnv } from '../bindings/instrumented-env.ts'
import { activeContext, runWithContext } from '../context/async-context.ts'
import { enrichRequest } from '../http/enrich.ts'
import { ownRoute } from '../http/given-route.ts'
import { hookHonoStreams } from '../http/hono-streams.ts'
import { continueWithInner, isHandled, passageOf } from '../http/inner-request.ts'
import { noteResponses } from '../http/made-responses.ts'
import { closePassage, openPassage } from '../http/passage.ts'
import { PROBE_MARK } from '../http/probe-mark.ts'
import type { InnerRequest, Passage, RequestScope } from '../http/request-scope.ts'
import { answerOf, routeOf } from '../http/route.ts'
import { takeOptions } from '../http/take-options.ts'
import type { Logger } from '../logs/logger.ts'
import { createLoggerProvider, registerLoggerProvider } from '../logs/otel-logger-provider.ts'
import { executionCtxOf } from '../runtimes/host.ts'
import type { ObservabilityOptions } from '../telemetry/config/options.ts'
import { log } from '../telemetry/log.ts'
import { logCore } from '../telemetry/log-core.ts'

/** What the middleware adds to `c.var`: `new Hono<{ Variables: ObservabilityVariables }>()`. */
export interface ObservabilityVariables {
  /** The id of this request: the caller's `X-Request-ID` when legal, otherwise a new UUID. */
  requestId: string
  /** The same as `log`: its records carry this request's ids, `set` adds to its access line. */
  log: Logger
}

/**
 * Instruments every request that passes it: a server span with the matched route, status and errors, in the
 * caller's trace, exported by OTLP/HTTP. Register it first, so that it sees what other middleware does.
 *
 * Registered twice, or inside {@link instrument}, it adds to the one span instead of making another.
 * Whatever goes wrong in telemetry, the app's response stays as it is.
 *
 * @param options - All optional; the environment (`OTEL_*`) fills what is left out. Pass the same object to
 *   `instrument` to share one pipeline.
 * @returns A Hono middleware.
 * @throws TypeError when an option is not what it should be; the message names option, expectation and value.
 *
 * @example
 * ```ts
 * import { Hono } from 'hono'
 * import { observability, type ObservabilityVariables } from 'hono-observability'
 *
 * const app = new Hono<{ Variables: ObservabilityVariables }>()
 * app.use(observability({ service: { name: 'shop' } }))
 * app.get('/orders/:id', (c) => c.json({ id: c.req.param('id') }))
 *
 * const response = await app.request('/orders/7')
 * console.assert(response.headers.has('X-Request-ID'))
 * ```
 */
export const observability = (options: ObservabilityOptions = {}): MiddlewareHandler => {
  takeOptions(options)
  hookHonoStreams()
  if (options.logs !== false) {
    // Bridges ask for their logger when modules load, before any request.
    registerLoggerProvider(createLoggerProvider(logCore))
  }
  return async function observability(c, next): Promise<void> {
    const active = activeContext()
    const outer = passageOf(active)
    if (outer && (outer.handling === c || isHandled(outer, c.req.raw, options, c.env))) {
      // Registered twice, or inside `instrument`: its owner ends it.
      introduce(c, outer)
      outer.handling = c
      try {
        await next()
      } finally {
        guard(() => enrich(outer, c))
      }
      return
    }
    const passage = open(options, c, active)
    if (!passage) {
      c.set('log', log)
      return next()
    }
    introduce(c, passage)
    if (options.bindings) {
      // After the pipeline was opened, which keeps the raw ones.
      c.env = instrumentedEnv(options, c.env)
      instrumentExports(options, executionCtxOf(c))
    }
    try {
      await runWithContext(passage.context, next)
    } catch (error) {
      // Not an Error, or thrown by an error handler: Hono passes it on, and so do we.
      passage.error = error
      close(passage, c, 500)
      throw error
    }
    close(passage, c, c.finalized ? c.res.status : 500)
  }
}

const introduce = (c: HonoContext, passage: Passage | RequestScope | InnerRequest): void => {
  if (passage.requestId !== undefined) {
    c.set('requestId', passage.requestId)
  }
  c.set('log', log)
  const isRequest = 'telemetry' in passage
  if (isRequest) {
    noteResponses(passage, c)
  }
  const { telemetry } = isRequest ? passage : (passage as InnerRequest).owner
  const { middleware } = telemetry.config.traces
  if (middleware) {
    guard(() => middleware.enter(c))
  }
}

const open = (
  options: ObservabilityOptions,
  c: HonoContext,
  current: Context,
): RequestScope | InnerRequest | undefined =>
  guard(() => {
    const given = { env: c.env, executionCtx: executionCtxOf(c), requestId: c.get('requestId') }
    const passage = openPassage(options, c.req.raw, given, current)
    passage.handling = c
    return passage
  })

const close = (passage: RequestScope | InnerRequest, c: HonoContext, status: number): void => {
  const before = c.finalized ? c.res : undefined
  const response = closePassage(passage, status, before, () => enrich(passage, c, status))
  if (response && response !== before) {
    // Assigned over an existing response, Hono would merge the old headers into the new.
    c.res = undefined
    c.res = response
  }
}

/** What only Hono knows: the route and the error that a handler of its own turned into a response; what the app adds. */
const enrich = (
  passage: Passage,
  c: HonoContext,
  status: number = c.finalized ? c.res.status : 500,
): void => {
  passage.isProbe ||= c.get(PROBE_MARK) === true
  passage.error ??= c.error
  passage.route ??= ownRoute(passage)
  // A fault in finding the route is no reason to lose the rest.
  guard(() => {
    const { isHandler, path } = answerOf(c)
    if (!isHandler) {
      continueWithInner(passage, status, c.finalized ? c.res : undefined, path)
    }
    passage.route ??= routeOf(c, status)
  })
  if ('telemetry' in passage) {
    const { telemetry, span } = passage as RequestScope
    const { middleware } = telemetry.config.traces
    if (middleware) {
      guard(() => middleware.leave(c, span))
    }
    enrichRequest(passage as RequestScope, c)
  }
}
