import { instrumentExports, instrumentedEnv } from '../bindings/instrumented-env.ts'
import { eventHandlers } from '../handlers/handlers.ts'
import { runFetch } from '../http/run-fetch.ts'
import { takeOptions } from '../http/take-options.ts'
import type { Run } from '../invocation/invocation.ts'
import type { ObservabilityOptions } from '../telemetry/config/options.ts'
import { rememberedOptions } from '../telemetry/registry.ts'

type Handler = (event: unknown, env?: unknown, executionCtx?: unknown) => unknown

/** Settings of {@link instrument}. */
export interface InstrumentSettings {
  /**
   * Names of the queues whose producers carry their trace context along, by `propagate` of their bindings: what this
   * package has put into messages is taken out before `queue` sees them. `true` for all that the Worker consumes. Default
   * none: messages are left as they are.
   */
  propagate?: boolean | readonly string[]
}

/**
 * Wraps what a Worker exports, so that every request has a server span even before Hono sees it, and every run of
 * `scheduled`, `queue` and `email` a span at the root of its own trace. `tail` measures the invocations it is told of.
 * Other handlers pass through as they are.
 *
 * A Hono app that uses {@link observability} keeps its one span: the middleware adds the route to it.
 *
 * @param handler - A Hono app, any object with a `fetch`, `scheduled`, `queue`, `email` or `tail` method, or a `fetch` function. It is
 *   not changed.
 * @param options - Default: those of the first `observability()` call, so that both share one pipeline.
 * @param settings - What cannot be shared by several.
 * @returns The same kind of thing, wrapped.
 * @throws TypeError when `handler` has none of these methods or is a class, or an option is not what it should be.
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
export const instrument = <H extends object>(
  handler: H,
  options?: ObservabilityOptions,
  settings: InstrumentSettings = {},
): H => {
  checkSettings(settings)
  takeOptions(options)
  const isFunction = typeof handler === 'function'
  // A class is one too, of which the platform is to make an instance.
  const isClass = isFunction && /^class\b/.test(String(handler))
  if (isFunction && !isClass) {
    return wrap(runFetch, handler as unknown as Handler, handler, options, settings) as unknown as H
  }
  const bound = new Map<PropertyKey, unknown>()
  for (const [key, run] of Object.entries({ fetch: runFetch, ...eventHandlers })) {
    const original = (handler as Record<string, unknown> | null)?.[key]
    if (typeof original === 'function') {
      bound.set(key, wrap(run, original as Handler, handler, options, settings))
    }
  }
  if (!bound.size) {
    throw new TypeError(
      `Cannot instrument: \`handler\` must be a function or an object with a \`fetch\` method, received ${
        isClass ? 'a class: use `instrumentEntrypoint`' : handler && typeof handler
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

const checkSettings = ({ propagate = false }: InstrumentSettings): void => {
  const isList =
    Array.isArray(propagate) && propagate.every((name: unknown) => typeof name === 'string')
  if (!isList && typeof propagate !== 'boolean') {
    throw new TypeError(
      `Cannot instrument: \`propagate\` must be true, false or an array of strings, received ${typeof propagate}`,
    )
  }
}

const wrap = (
  run: Run,
  original: Handler,
  self: object,
  options: ObservabilityOptions | undefined,
  { propagate }: InstrumentSettings,
): Handler => {
  return (event, env, executionCtx) => {
    const settings = options ?? rememberedOptions()
    instrumentExports(settings, executionCtx)
    return run({ options: settings, env, executionCtx, propagate }, event, (given) =>
      original.call(self, given, instrumentedEnv(settings, env), executionCtx),
    )
  }
}
