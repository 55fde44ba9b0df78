import { guard } from '../base/guard.ts'
import { replace } from '../context/results/hook.ts'
import type { Call } from './observe-call.ts'

/** Stands in for a method: receives its arguments, what goes on with it, and the object it was called on. */
export type Method = (args: unknown[], call: Call, self: object) => unknown

const intercepted = /* @__PURE__ */ new WeakMap<object, Set<string>>()

/**
 * Replaces methods of this very object, which stays what it is: its class and its module are not touched, and nothing
 * new is seen by those who list its properties. Each is replaced once, however often it is asked for.
 */
export const intercept = (target: object, methods: Readonly<Record<string, Method>>): void => {
  let done = intercepted.get(target)
  if (!done) {
    done = new Set()
    intercepted.set(target, done)
  }
  for (const [key, method] of Object.entries(methods)) {
    if (!done.has(key)) {
      done.add(key)
      guard(() =>
        replace(target, key, (self, call, args) => method(args, call as Call, self as object)),
      )
    }
  }
}
