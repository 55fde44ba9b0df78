import { note, Returned } from '../base/returned.ts'
import type { Scope } from '../telemetry/scope.ts'

/** The token of a request that has ended: work that it left behind still asks things of the app. */
class Ended extends Returned {
  readonly #isEnded = true

  static has(token: object): boolean {
    return #isEnded in token
  }
}

/** What a runtime makes anew for each request, and nobody else has: Workers' context, Node's incoming message. */
const tokenOf = (env: unknown, executionCtx: unknown): object | undefined => {
  const token =
    executionCtx ??
    (env as { readonly incoming?: unknown } | null | undefined)?.incoming ??
    undefined
  return typeof token === 'object' ? (token as object) : undefined
}

/** How much the runtime handed over along with a request: 2 with such a token, 1 with anything, 0 with nothing. */
export const gaveOf = (env: unknown, executionCtx: unknown): number => {
  if (tokenOf(env, executionCtx)) {
    return 2
  }
  if (typeof env !== 'object' || env === null) {
    return 0
  }
  // Hono has an empty object where there is nothing, Bun hands over a server.
  const prototype: unknown = Object.getPrototypeOf(env)
  return (prototype !== null && prototype !== Object.prototype) || Object.keys(env).length ? 1 : 0
}

export const markEnded = (env: unknown, executionCtx: unknown): void => {
  const token = tokenOf(env, executionCtx)
  if (token && !Ended.has(token)) {
    note(() => new Ended(token))
  }
}

/**
 * Whether a request is asked by the app of itself in what the scope is of, and not by the runtime. An active context alone does not tell: a
 * server that was started, or a connection that was opened, in a request's context has all its requests there.
 * What the runtime hands over with each request does.
 */
export const isWithin = (scope: Scope, env: unknown, executionCtx: unknown): boolean => {
  const token = tokenOf(env, executionCtx)
  if (!scope.settle) {
    return token ? Ended.has(token) : scope.gave > gaveOf(env, executionCtx)
  }
  const own = tokenOf(scope.env, scope.executionCtx)
  return !token || !own || token === own
}
