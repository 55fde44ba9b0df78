import { isWorkerd } from '../base/workerd.ts'

/** What a Worker is handed with each request. */
interface ExecutionContextLike {
  waitUntil(promise: Promise<unknown>): void
}

/** Work that goes on after the response. */
export interface LateWork {
  /** What the app is given; undefined where a runtime gives none. */
  readonly executionCtx: unknown
  /** Resolves when none is left that was registered before; false if there was none. */
  wait(): Promise<boolean>
}

/**
 * An execution context whose `waitUntil` can be waited for: one in front of the given, or on Workers, where an app always
 * has one, one of its own.
 */
export const observeLateWork = (given: unknown): LateWork => {
  const pending: unknown[] = []
  const waitUntil = (promise: Promise<unknown>): void => {
    pending.push(promise)
    ;(given as ExecutionContextLike | undefined)?.waitUntil?.(promise)
  }
  return {
    executionCtx: given
      ? inFrontOf(given, waitUntil)
      : isWorkerd()
        ? { waitUntil, passThroughOnException() {}, props: {} }
        : undefined,
    async wait() {
      const work = pending.splice(0)
      await Promise.allSettled(work)
      return work.length > 0
    },
  }
}

const inFrontOf = (given: object, waitUntil: ExecutionContextLike['waitUntil']): object =>
  new Proxy(given, {
    get(target, key) {
      if (key === 'waitUntil') {
        return waitUntil
      }
      // The platform's methods need their own object.
      const value = Reflect.get(target, key, target)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
