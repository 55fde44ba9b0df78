import { instrumentedEnv } from './bindings/instrumented-env.ts'
import type { ObservabilityOptions } from './config/options.ts'
import { validateOptions } from './config/validate.ts'
import { activeContext, runWithContext } from './context/async-context.ts'
import { guard } from './guard.ts'
import { runInvocation } from './handlers/invocation.ts'
import { observeBatch, queueInvocation } from './handlers/queue.ts'
import { scheduledInvocation } from './handlers/scheduled.ts'
import { closeRequest } from './http/close-request.ts'
import { openRequest } from './http/open-request.ts'
import { scopeOf } from './http/request-scope.ts'
import { rememberedOptions, rememberOptions } from './telemetry/registry.ts'
import { telemetryFor } from './telemetry/telemetry.ts'

type FetchHandler = (request: Request, env?: unknown, executionCtx?: unknown) => unknown
type Handler = (event: unknown, env?: unknown, executionCtx?: unknown) => unknown
type Wrap = (original: Handler, self: object, options: ObservabilityOptions | undefined) => unknown

/**
 * Wraps what a Worker exports, so that every request has a server span even before Hono sees it, and every run of
 * `scheduled` and `queue` a span at the root of its own trace. Other handlers pass through as they are.
 *
 * A Hono app that uses {@link observability} keeps its one span: the middleware adds the route to it.
 *
 * @param handler - A Hono app, any object with a `fetch`, `scheduled` or `queue` method, or a `fetch` function. It is
 *   not changed.
 * @param options - Default: those of the first `observability()` call, so that both share one pipeline.
 * @returns The same kind of thing, wrapped.
 * @throws TypeError when `handler` has none of these methods, or an option is not what it should be.
 *
 * @example
 * ```ts
 * import { Hono } from 'hono'
 * import { instrument, observability } from 'hono-observability'
 *
 * const app = new Hono()
 * app.use(observability({ service: { name: 'shop' } }))
 * app.get('/', (c) => c.text('hello'))
 *
 * export default instrument(app)
 * ```
 */
export const instrument = <H extends object>(handler: H, options?: ObservabilityOptions): H => {
  if (options) {
    validateOptions(options)
    rememberOptions(options)
  }
  if (typeof handler === 'function') {
    return wrapFetch(handler as unknown as Handler, handler, options) as unknown as H
  }
  const bound = new Map<PropertyKey, unknown>()
  for (const [key, wrap] of HANDLERS) {
    const original = (handler as Record<string, unknown> | null)?.[key]
    if (typeof original === 'function') {
      bound.set(key, wrap(original as Handler, handler, options))
    }
  }
  if (!bound.size) {
    throw new TypeError(
      `Cannot instrument: \`handler\` must be a function or an object with a \`fetch\` method, received ${
        handler === null ? 'null' : typeof handler
      }`,
    )
  }
  // Not a copy: methods and private fields of a class instance stay reachable.
  return new Proxy(handler, {
    get(target, key) {
      if (bound.has(key)) {
        return bound.get(key)
      }
      const value = Reflect.get(target, key) as unknown
      if (typeof value !== 'function' || key === 'constructor') {
        return value
      }
      const method = value.bind(target) as unknown
      bound.set(key, method)
      return method
    },
  })
}

const wrapFetch = (
  original: Handler,
  self: object,
  options: ObservabilityOptions | undefined,
): FetchHandler => {
  return async function fetch(request, env, executionCtx): Promise<unknown> {
    const settings = options ?? rememberedOptions()
    const call = () => original.call(self, request, instrumentedEnv(settings, env), executionCtx)
    const scope =
      scopeOf(activeContext())?.executionCtx === executionCtx && executionCtx !== undefined
        ? undefined
        : guard(() =>
            openRequest(telemetryFor(settings, env, request), request, {
              env,
              executionCtx,
            }),
          )
    if (!scope) {
      return call()
    }
    return runWithContext(scope.context, async () => {
      let response: unknown
      try {
        response = await call()
      } catch (error) {
        scope.error = error
        guard(() => closeRequest(scope, 500, undefined))
        throw error
      }
      return response instanceof Response
        ? (guard(() => closeRequest(scope, response.status, response)) ?? response)
        : response
    })
  }
}

const wrapScheduled: Wrap = (original, self, options) =>
  async function scheduled(controller: unknown, env: unknown, executionCtx: unknown) {
    const settings = options ?? rememberedOptions()
    return runInvocation(
      settings,
      env,
      executionCtx,
      () => scheduledInvocation(controller),
      () => original.call(self, controller, instrumentedEnv(settings, env), executionCtx),
    )
  }

const wrapQueue: Wrap = (original, self, options) =>
  async function queue(batch: unknown, env: unknown, executionCtx: unknown) {
    const settings = options ?? rememberedOptions()
    const observed = guard(() => observeBatch(batch))
    const call = () =>
      original.call(self, observed?.batch ?? batch, instrumentedEnv(settings, env), executionCtx)
    return observed
      ? runInvocation(settings, env, executionCtx, () => queueInvocation(observed), call)
      : call()
  }

const HANDLERS: readonly (readonly [string, Wrap])[] = [
  ['fetch', wrapFetch],
  ['scheduled', wrapScheduled],
  ['queue', wrapQueue],
]
