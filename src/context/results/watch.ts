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
export const watch = (result: unknown, watcher: Watcher): void => {
  watcher.whenSettled((value) => watchGoingOn(value, watcher))
  watchSettled(result, watcher)
}

/** {@link watch}, but for what goes on after an answer: that is not part of it. */
export const watchSettled = (result: unknown, watcher: Watcher): void => {
  try {
    const then = isObject(result)
      ? (result as { then?: (...args: never[]) => unknown }).then
      : undefined
    if (typeof then !== 'function') {
      watcher.settled(result)
    } else if (isNativePromise(result as object, then)) {
      watchPromise(result as object, watcher)
    } else if (isRpcPromise(result)) {
      watchRpcPromise(result, watcher)
    } else if (!watchThenable(result as object, watcher)) {
      watcher.end()
    }
  } catch {
    // A getter of it throws, or a proxy: it is handed on, and whoever uses it will see.
    watcher.end()
  }
}

const isObject = (value: unknown): value is object =>
  (typeof value === 'object' && value !== null) || typeof value === 'function'

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

const goesOn = (value: object, watcher: Watcher): boolean =>
  isReadableStream(value)
    ? watchStream(value, watcher)
    : typeof Response === 'function' && value instanceof Response
      ? isStreamed(value) && watchResponse(value, watcher)
      : isIterator(value) && watchIterator(value, watcher)
