import { Returned } from '../../base/returned.ts'
import { MAX_WATCHERS, replace } from './hook.ts'

/** Is told how a promise settles. */
export interface Listener {
  settled(value: unknown): void
  fail(error: unknown): void
}

/** Whether somebody but us has asked for what a promise becomes, and the rejection that nobody has asked for. */
interface State {
  isAsked: boolean
  unheard: Promise<never> | undefined
  /** While it is watched and pending: who does besides the first. */
  others: Listener[] | undefined
}

class Marked extends Returned {
  readonly #state: State = {
    isAsked: false,
    unheard: undefined,
    others: undefined,
  }

  static stateOf(promise: object): State {
    if (!(#state in promise)) {
      new Marked(promise)
    }
    return (promise as Marked).#state
  }
}

const ask = (state: State): void => {
  state.isAsked = true
  // As where it had been there from the start: heard late, or in time.
  state.unheard?.catch(() => {})
  state.unheard = undefined
}

type Attach = (settled: (value: unknown) => void, failed: (error: unknown) => void) => unknown

/** A promise that is watched again while it is pending is not asked again, and by no more than there is room for. */
const listen = (state: State, listener: Listener, attach: Attach): void => {
  if (state.others) {
    if (state.others.length < MAX_WATCHERS - 1) {
      state.others.push(listener)
    } else {
      listener.settled(undefined)
    }
    return
  }
  const others: Listener[] = []
  state.others = others
  const tell = (how: keyof Listener, value: unknown): void => {
    state.others = undefined
    listener[how](value)
    for (const other of others) {
      other[how](value)
    }
  }
  attach(
    (value) => tell('settled', value),
    (error) => {
      tell('fail', error)
      if (!state.isAsked) {
        state.unheard ??= Promise.reject(error)
      }
    },
  )
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
          ask(Marked.stateOf(this))
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
export const watchPromise = (promise: object, listener: Listener): void => {
  Reflect.setPrototypeOf(promise, askerOf(Object.getPrototypeOf(promise) as object))
  isAttaching = true
  try {
    listen(Marked.stateOf(promise), listener, (settled, failed) =>
      Promise.prototype.then.call(promise, settled, failed),
    )
  } finally {
    isAttaching = false
  }
}

/** The same for workerd's promise of an RPC call, which has been sent, so that to ask changes nothing. */
export const watchRpcPromise = (
  promise: PromiseLike<unknown> & object,
  listener: Listener,
): void => {
  const state = Marked.stateOf(promise)
  listen(state, listener, (settled, failed) => {
    const hooks: (() => boolean)[] = []
    const off = (): void => {
      for (const undo of hooks.splice(0)) {
        undo()
      }
    }
    promise.then((value) => {
      off()
      settled(value)
    }, failed)
    for (const key of state.isAsked ? [] : ['then', 'catch', 'finally']) {
      const undo = replace(promise, key, (_self, call) => {
        off()
        ask(state)
        return call()
      })
      if (undo) {
        hooks.push(undo)
      }
    }
  })
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
