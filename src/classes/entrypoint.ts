import { eventHandlers } from '../handlers/handlers.ts'
import { runFetch } from '../http/run-fetch.ts'
import type { Run } from '../invocation/invocation.ts'
import type { ObservabilityOptions } from '../telemetry/config/options.ts'
import { checkPropagate, type PropagateSettings } from './propagate.ts'
import { runRpc } from './rpc.ts'
import { type AnyClass, type Intercept, subclass } from './subclass.ts'

/**
 * Instruments a `WorkerEntrypoint`: its `fetch`, `scheduled`, `queue`, `email` and `tail` as {@link instrument}
 * does, and each RPC method as a server span. `this.env` has its bindings instrumented when the options say so.
 *
 * @param Class - Is not changed. Also one that is exported as default.
 * @param options - Default: those of the first `observability()` or `instrument()`, so that all share one pipeline.
 * @param settings - `propagate` is for its RPC methods and for the queues it consumes.
 * @returns A subclass, of the same type.
 * @throws TypeError when `Class` is not a class, or an option is not what it should be.
 *
 * @example
 * ```ts workers
 * import { WorkerEntrypoint } from 'cloudflare:workers'
 * import { instrumentEntrypoint } from 'hono-observability'
 *
 * class PricesEntrypoint extends WorkerEntrypoint {
 *   async total(quantity: number): Promise<number> {
 *     return quantity * 1490
 *   }
 * }
 *
 * export const Prices = instrumentEntrypoint(PricesEntrypoint, { service: { name: 'prices' } })
 * ```
 */
export const instrumentEntrypoint = <C extends AnyClass>(
  Class: C,
  options?: ObservabilityOptions,
  settings: PropagateSettings = {},
): C => {
  checkPropagate(settings)
  return subclass(Class, options, interceptWith(settings.propagate))
}

const HANDLERS: Readonly<Record<string, Run>> = { fetch: runFetch, ...eventHandlers }

/** Called by the platform, for purposes of its own. */
const UNTOUCHED = ['connect', 'tailStream', 'test', 'trace']

const interceptWith =
  (propagate: boolean | undefined): Intercept =>
  (method) => {
    const run = Object.hasOwn(HANDLERS, method) ? HANDLERS[method] : undefined
    return run
      ? ({ invocation, args, call }) => run({ ...invocation, propagate }, args[0], call)
      : UNTOUCHED.includes(method)
        ? undefined
        : (called) => runRpc(called, propagate)
  }
