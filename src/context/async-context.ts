import { AsyncLocalStorage } from 'node:async_hooks'
import { type Context, type ContextManager, context } from '@opentelemetry/api'
import { readProperty } from '../base/thrown.ts'
import { ROOT } from './context.ts'

/** What is none would make every later look at the active context throw. */
export const isContext = (value: unknown): value is Context => {
  try {
    const { getValue, setValue } = value as Context
    return typeof getValue === 'function' && typeof setValue === 'function'
  } catch {
    return false
  }
}

let storage = /* @__PURE__ */ new AsyncLocalStorage<Context>()

type Wrap = <T>(ctx: Context, fn: () => T) => () => T

let wrapped: Wrap | undefined

/** Whether the global context manager is ours; `undefined` until we tried. */
let registered: boolean | undefined

/**
 * Makes a context follow awaits, timers and callbacks. All instances share one store.
 *
 * The optional `attach` of the interface is left out: it needs `enterWith`, which throws on workerd.
 */
export class AsyncContextManager implements ContextManager {
  active(): Context {
    return storage.getStore() ?? ROOT
  }

  with<A extends unknown[], F extends (...args: A) => ReturnType<F>>(
    context: Context,
    fn: F,
    thisArg?: ThisParameterType<F>,
    ...args: A
  ): ReturnType<F> {
    const given = isContext(context) ? context : ROOT
    return thisArg === undefined && args.length === 0
      ? run(given, fn as () => ReturnType<F>)
      : run(given, () => fn.apply(thisArg, args))
  }

  /** Binds functions. Anything else, event emitters too, is returned as it is. */
  bind<T>(context: Context, target: T): T {
    if (typeof target !== 'function') {
      return target
    }
    const given = isContext(context) ? context : ROOT
    const bound = function (this: unknown, ...args: unknown[]): unknown {
      return run(given, () => target.apply(this, args))
    }
    // Frameworks tell handlers from middleware by the number of parameters.
    return Object.defineProperty(bound, 'length', {
      value: readProperty(target, 'length') ?? 0,
    }) as T
  }

  enable(): this {
    return this
  }

  /** Forgets every running context. A new store, because workerd has no `AsyncLocalStorage.disable`. */
  disable(): this {
    storage = new AsyncLocalStorage()
    registered = undefined
    return this
  }
}

/**
 * Makes {@link AsyncContextManager} the global one, unless another library's is in place already.
 * Tries once; `context.disable()` allows another try.
 */
export const registerContextManager = (): void => {
  if (registered !== undefined) {
    return
  }
  // Asked first, because a second registration makes the API log an error. Only a working manager
  // can hand back the context it was given.
  const taken = context.with(ROOT, () => context.active()) === ROOT
  registered = !taken && context.setGlobalContextManager(new AsyncContextManager())
}

/** Has a function made of each that is to run in a context, for a runtime's own notion of what is active. */
export const wrapContexts = (wrap: Wrap): void => {
  wrapped = wrap
}

const run = <T>(ctx: Context, fn: () => T): T => storage.run(ctx, wrapped ? wrapped(ctx, fn) : fn)

/** Returns the active context, without the API's look-up of the global manager when that is ours. */
export const activeContext = (): Context => {
  return registered ? (storage.getStore() ?? ROOT) : context.active()
}

/** Runs `fn` with `ctx` active and returns what it returns. */
export const runWithContext = <T>(ctx: Context, fn: () => T): T => {
  return registered ? run(ctx, fn) : context.with(ctx, fn)
}
