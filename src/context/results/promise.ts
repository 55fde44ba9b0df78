import { hook } from './hook.ts'

/** Whether somebody but us has asked for what a promise becomes, and the rejection that nobody has asked for. */
interface State {
  isAsked: boolean
  unheard: Promise<never> | undefined
}

/** Puts the private field of a subclass on any object: faster than a `WeakMap`, and seen by nobody. */
class Returned {
  constructor(target: object) {
    // biome-ignore lint/correctness/noConstructorReturn: that is the point
    return target
  }
}

class Marked extends Returned {
  readonly #state: State = { isAsked: false, unheard: undefined }

  static stateOf(promise: object): State {
    if (!(#state in promise)) {
      new Marked(promise)
    }
    return (promise as Marked).#state
  }
}

let isAttaching = false

const askers = /* @__PURE__ */ new WeakMap<object, object>()

/**
 * Stands between a promise and its prototype. `await`, `then`, `catch`, `finally` and what else waits for a promise all
 * read its `constructor` first. An own property would slow down every promise of the isolate in V8; another prototype
 * does not.
 */
const askerOf = (prototype: object): object => {
  let asker = askers.get(prototype)
  if (!asker) {
    asker = Object.create(prototype, {
      constructor: {
        configurable: true,
        get(this: object): unknown {
          if (isAttaching) {
            return Promise
          }
          const state = Marked.stateOf(this)
          state.isAsked = true
          // As where it had been there from the start: heard late, or in time.
          state.unheard?.catch(() => {})
          state.unheard = undefined
          return Reflect.get(prototype, 'constructor', this)
        },
      },
    }) as object
    askers.set(prototype, asker)
    askers.set(asker, asker)
  }
  return asker
}

/**
 * Tells how a promise settles, without taking its place. A rejection that nobody else asks for is reported by the
 * runtime as it would be without us, although we have asked.
 *
 * @throws TypeError when it is no promise, whatever it looks like.
 */
export const watchPromise = (
  promise: object,
  settled: (value: unknown) => void,
  failed: (error: unknown) => void,
): void => {
  const state = Marked.stateOf(promise)
  Reflect.setPrototypeOf(promise, askerOf(Object.getPrototypeOf(promise) as object))
  isAttaching = true
  try {
    Promise.prototype.then.call(promise, settled, (error: unknown) => {
      failed(error)
      if (!state.isAsked) {
        state.unheard ??= Promise.reject(error)
      }
    })
  } finally {
    isAttaching = false
  }
}

/** The same for workerd's promise of an RPC call, which has been sent, so that to ask changes nothing. */
export const watchRpcPromise = (
  promise: PromiseLike<unknown> & object,
  settled: (value: unknown) => void,
  failed: (error: unknown) => void,
): void => {
  let isAsked = false
  let unheard: Promise<never> | undefined
  promise.then(settled, (error: unknown) => {
    failed(error)
    if (!isAsked) {
      unheard = Promise.reject(error)
    }
  })
  for (const key of ['then', 'catch', 'finally']) {
    const ask = (original: () => unknown): unknown => {
      isAsked = true
      unheard?.catch(() => {})
      return original()
    }
    hook(promise, key, ask, true)
  }
}

const NATIVE = /\{\s*\[native code\]\s*\}\s*$/

/** Whether it is the engine's own: of this realm or another, but none whose `then` does more. */
export const isNativePromise = (value: object, then: unknown): boolean =>
  then === Promise.prototype.then
    ? value instanceof Promise
    : Object.prototype.toString.call(value) === '[object Promise]' &&
      typeof then === 'function' &&
      !(value instanceof Promise) &&
      NATIVE.test(Function.prototype.toString.call(then))
