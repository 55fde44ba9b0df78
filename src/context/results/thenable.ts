import { activeContext, runWithContext } from '../async-context.ts'
import { hook } from './hook.ts'
import { watchPromise } from './promise.ts'
import type { Watcher } from './watcher.ts'

type Handler = ((...values: unknown[]) => unknown) | null | undefined

/**
 * Watches something with a `then` of its own, such as a query that runs when it is awaited: it is called as often as
 * without us, by whom without us, and with the span as the parent of what it does.
 *
 * @returns False when its `then` cannot be replaced.
 */
export const watchThenable = (target: object, watcher: Watcher): boolean => {
  // Most of these call `then`; those that do not return a promise that tells.
  const other = (
    one: Watcher,
    call: (args: unknown[]) => unknown,
    [onError, ...rest]: unknown[],
    isCatch = false,
  ): unknown => {
    one.begin()
    const handler =
      isCatch && typeof onError === 'function'
        ? told(undefined, onError as Handler, one)[1]
        : onError
    const result = one.step(() => call([handler, ...rest]))
    if (result instanceof Promise) {
      watchPromise(result, one)
    }
    return result
  }
  return watcher.wait(
    hook(target, watcher, {
      // biome-ignore lint/suspicious/noThenProperty: the hook of it
      then(one, call, [onValue, onError, ...rest]) {
        one.begin()
        const handlers = told(onValue as Handler, onError as Handler, one)
        return one.step(() => call([...handlers, ...rest]))
      },
      catch: (one, call, args) => other(one, call, args, true),
      finally: other,
    }),
  )
}

/** What goes on in a handler is no longer part of the work: it has the context of whoever asked. */
const told = (onValue: Handler, onError: Handler, watcher: Watcher): [Handler, Handler] => {
  const outer = activeContext()
  const call = (handler: Handler, values: unknown[], otherwise: () => unknown): unknown =>
    typeof handler === 'function' ? runWithContext(outer, () => handler(...values)) : otherwise()
  return [
    (...values) => {
      watcher.settled(values[0])
      return call(onValue, values, () => values[0])
    },
    (...values) => {
      watcher.fail(values[0])
      return call(onError, values, () => {
        throw values[0]
      })
    },
  ]
}
