import type { Attributes, Context } from '@opentelemetry/api'
import type { Context as HonoContext, MiddlewareHandler } from 'hono'
import { instrumentedEnv } from './bindings/instrumented-env.ts'
import type { ObservabilityOptions } from './config/options.ts'
import { validateOptions } from './config/validate.ts'
import { activeContext, runWithContext } from './context/async-context.ts'
import { guard } from './guard.ts'
import { PROBE_MARK } from './health/probe-mark.ts'
import { closeRequest } from './http/close-request.ts'
import { endRequest } from './http/end-request.ts'
import { hookHonoStreams } from './http/hono-streams.ts'
import { noteResponses } from './http/made-responses.ts'
import { openRequest } from './http/open-request.ts'
import { type RequestScope, scopeOf } from './http/request-scope.ts'
import { routeOf } from './http/route.ts'
import { log } from './log.ts'
import { logCore } from './log-core.ts'
import type { Logger } from './logs/logger.ts'
import { createLoggerProvider, registerLoggerProvider } from './logs/otel-logger-provider.ts'
import * as ATTR from './semconv.ts'
import { rememberOptions } from './telemetry/registry.ts'
import { telemetryFor } from './telemetry/telemetry.ts'

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
  validateOptions(options)
  rememberOptions(options)
  hookHonoStreams()
  if (options.logs !== false) {
    // Bridges ask for their logger when modules load, before any request.
    registerLoggerProvider(createLoggerProvider(logCore))
  }
  return async function observability(c, next): Promise<void> {
    const active = activeContext()
    const outer = scopeOf(active)
    if (outer && isSameRequest(outer, c)) {
      // Registered twice, mounted, or inside `instrument`: its owner ends it.
      setVariables(outer, c)
      try {
        await next()
      } finally {
        enrich(outer, c)
      }
      return
    }
    const scope = open(options, c, active)
    if (!scope) {
      c.set('log', log)
      return next()
    }
    setVariables(scope, c)
    if (options.bindings) {
      // After the pipeline was opened, which keeps the raw ones.
      c.env = instrumentedEnv(options, c.env)
    }
    try {
      await runWithContext(scope.context, next)
    } catch (error) {
      // Not an Error, or thrown by an error handler: Hono passes it on, and so do we.
      scope.error = error
      close(scope, c, 500)
      throw error
    }
    close(scope, c, c.finalized ? c.res.status : 500)
  }
}

const setVariables = (scope: RequestScope, c: HonoContext): void => {
  if (scope.requestId !== undefined) {
    c.set('requestId', scope.requestId)
  }
  c.set('log', log)
  noteResponses(scope, c)
}

/** The execution context, which Hono throws for when there is none. */
const executionCtxOf = (c: HonoContext): unknown => {
  try {
    return c.executionCtx
  } catch {
    return undefined
  }
}

const open = (
  options: ObservabilityOptions,
  c: HonoContext,
  active: Context,
): RequestScope | undefined =>
  guard(() =>
    openRequest(telemetryFor(options, c.env, c.req.raw), c.req.raw, {
      env: c.env,
      executionCtx: executionCtxOf(c),
      requestId: c.get('requestId'),
      active,
    }),
  )

const close = (scope: RequestScope, c: HonoContext, status: number): void =>
  endRequest(scope, () => {
    enrich(scope, c, status)
    const before = c.finalized ? c.res : undefined
    const response = closeRequest(scope, status, before, c.env)
    if (response !== before) {
      // Assigned over an existing response, Hono would merge the old headers into the new.
      c.res = undefined
      c.res = response
    }
  })

/** What only Hono knows: the route and the error that a handler of its own turned into a response. */
const enrich = (
  scope: RequestScope,
  c: HonoContext,
  status: number = c.finalized ? c.res.status : 500,
): void => {
  scope.isProbe ||= c.get(PROBE_MARK) === true
  scope.error ??= c.error
  scope.route ??= ownRoute(scope) ?? routeOf(c, status)
}

/** A route that the app or a library set on the span by itself beats what Hono says. */
const ownRoute = ({ span }: RequestScope): string | undefined => {
  const route = (span as { attributes?: Attributes }).attributes?.[ATTR.route]
  return typeof route === 'string' ? route : undefined
}

/** Whether this context handles the request that the scope was opened for, perhaps under a mounted path. */
const isSameRequest = ({ request }: RequestScope, c: HonoContext): boolean => {
  const { method, url } = c.req.raw
  return (
    request === c.req.raw || (request?.method === method && request.url.endsWith(pathAndQuery(url)))
  )
}

const pathAndQuery = (url: string): string => url.slice(url.indexOf('/', url.indexOf('://') + 3))
