import { isRpcPromise } from '../../base/thenable.ts'
import { isIterator, watchIterator } from './iterator.ts'
import { isNativePromise, watchPromise, watchRpcPromise } from './promise.ts'
import { isStreamed, watchResponse } from './response.ts'
import { isReadableStream, watchStream } from './stream.ts'
import { watchThenable } from './thenable.ts'
import type { Watcher } from './watcher.ts'

/**
 * Tells a watcher when the work behind a result is over, and leaves the result to be the very thing that it is. With a
 * promise that is when it settles; with a query that has not begun, when it is awaited and has settled; with generators
 * and streams, when they have ended. All else is there at once.
 */
export const watch = (result: unknown, watcher: Watcher): void =>
  watchSettled(result, watcher, (value) => watchGoingOn(value, watcher))

/** {@link watch}, but for what goes on after an answer: that is not part of it. */
export const watchSettled = (
  result: unknown,
  watcher: Watcher,
  settled: (value: unknown) => void,
): void => {
  try {
    const then = isObject(result)
      ? (result as { then?: (...args: never[]) => unknown }).then
      : undefined
    if (typeof then !== 'function') {
      settled(result)
    } else if (!watchStarted(result as object, then, watcher, settled)) {
      if (!watchThenable(result as object, watcher, settled)) {
        watcher.end()
      }
    }
  } catch {
    // A getter of it throws, or a proxy: it is handed on, and whoever uses it will see.
    watcher.end()
  }
}

const isObject = (value: unknown): value is object =>
  (typeof value === 'object' && value !== null) || typeof value === 'function'

const watchStarted = (
  result: object,
  then: unknown,
  watcher: Watcher,
  settled: (value: unknown) => void,
): boolean => {
  const failed = (error: unknown): void => watcher.fail(error)
  if (isNativePromise(result, then)) {
    watchPromise(result, settled, failed)
    return true
  }
  if (isRpcPromise(result)) {
    watchRpcPromise(result, settled, failed)
    return true
  }
  return false
}

/** What a call returned, or its promise became. */
const watchGoingOn = (value: unknown, watcher: Watcher): void => {
  try {
    if (typeof value !== 'object' || value === null || !goesOn(value, watcher)) {
      watcher.end()
    }
  } catch {
    watcher.end()
  }
}

const goesOn = (value: object, watcher: Watcher): boolean => {
  if (isReadableStream(value)) {
    return watchStream(value, watcher)
  }
  if (typeof Response === 'function' && value instanceof Response) {
    if (!isStreamed(value)) {
      return false
    }
    watchResponse(value, watcher)
    return true
  }
  return isIterator(value) && watchIterator(value, watcher)
}
