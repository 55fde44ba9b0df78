import { guard } from '../../base/guard.ts'
import type { Scope, Settle } from '../../telemetry/scope.ts'

const waiting = /* @__PURE__ */ new WeakMap<Scope, Set<() => void>>()

/**
 * Calls back when what is handled now is over, before its metrics are sent.
 *
 * @returns What takes the request back.
 */
export const whenScopeEnds = (scope: Scope | undefined, call: () => void): (() => void) => {
  const settle = scope?.settle
  if (!settle) {
    return () => {}
  }
  const calls = waiting.get(scope) ?? new Set()
  if (!waiting.has(scope)) {
    waiting.set(scope, calls)
    scope.settle = settling(calls, settle)
  }
  calls.add(call)
  return () => void calls.delete(call)
}

const settling =
  (calls: ReadonlySet<() => void>, settle: Settle): Settle =>
  (...args) => {
    for (const each of calls) {
      guard(each)
    }
    settle(...args)
  }
