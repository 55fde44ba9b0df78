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
export const watchThenable = (
  target: object,
  watcher: Watcher,
  settled: (value: unknown) => void,
): boolean => {
  const isHooked = hook(target, 'then', (_original, [onValue, onError, ...rest], then) => {
    watcher.begin()
    const handlers = told(onValue as Handler, onError as Handler, watcher, settled)
    return watcher.step(() => Reflect.apply(then, target, [...handlers, ...rest]))
  })
  if (isHooked) {
    // Most of these call `then`; those that do not return a promise that tells.
    for (const key of ['catch', 'finally']) {
      hook(target, key, (original, args) => {
        watcher.begin()
        const onError = args[0] as Handler
        if (key === 'catch' && typeof onError === 'function') {
          args[0] = told(undefined, onError, watcher, settled)[1]
        }
        const result = watcher.step(original)
        if (result instanceof Promise) {
          watchPromise(result, settled, (error) => watcher.fail(error))
        }
        return result
      })
    }
    watcher.wait()
  }
  return isHooked
}

/** What goes on in a handler is no longer part of the work: it has the context of whoever asked. */
const told = (
  onValue: Handler,
  onError: Handler,
  watcher: Watcher,
  settled: (value: unknown) => void,
): [Handler, Handler] => {
  const outer = activeContext()
  const call = (handler: Handler, values: unknown[], otherwise: () => unknown): unknown =>
    typeof handler === 'function' ? runWithContext(outer, () => handler(...values)) : otherwise()
  return [
    (...values) => {
      settled(values[0])
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
