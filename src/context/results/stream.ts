import { hook } from './hook.ts'
import { watchIterator } from './iterator.ts'
import { watchPromise } from './promise.ts'
import type { Watcher } from './watcher.ts'

type Reader = ReadableStreamDefaultReader & object
type Call = () => unknown

export const isReadableStream = (value: unknown): value is ReadableStream =>
  typeof ReadableStream === 'function' && value instanceof ReadableStream

/** What is over when its promise has settled. */
export const untilSettled = (watcher: Watcher, call: Call): unknown => {
  const done = watcher.run(call) as object
  watcher.begin()
  watchPromise(done, { settled: () => watcher.end(), fail: (error) => watcher.fail(error) })
  return done
}

const iterate = (watcher: Watcher, call: Call): unknown => {
  const iterator = watcher.run(call) as object
  watcher.begin()
  watchIterator(iterator, watcher)
  return iterator
}

const METHODS = {
  getReader(watcher: Watcher, call: Call): unknown {
    const reader = watcher.run(call) as Reader
    watcher.begin()
    watchReader(reader, watcher)
    return reader
  },
  pipeTo: untilSettled,
  cancel: untilSettled,
  // Both go on in what they return.
  pipeThrough(watcher: Watcher, call: Call): unknown {
    const readable = watcher.run(call) as ReadableStream
    watchStream(readable, watcher)
    return readable
  },
  tee(watcher: Watcher, call: Call): unknown {
    const branches = watcher.run(call) as ReadableStream[]
    // The last of them to end is the end.
    let open = branches.length
    for (const branch of branches) {
      watchStream(
        branch,
        watcher.part(() => --open === 0),
      )
    }
    return branches
  },
  values: iterate,
  [Symbol.asyncIterator]: iterate,
}

/**
 * Watches a stream as JavaScript reads it, whoever does. It stays the stream that it is: what the runtime itself sends
 * keeps its framing and its speed, and ends, for the watcher, with the request.
 */
export const watchStream = (stream: ReadableStream, watcher: Watcher): boolean =>
  watcher.wait(hook(stream, watcher, METHODS))

const watchReader = (reader: Reader, watcher: Watcher): void => {
  let isReleased = false
  hook(reader, watcher, {
    read: (one, call) => one.run(call),
    releaseLock(one, call) {
      isReleased = true
      // Perhaps nobody reads on.
      one.wait()
      return call()
    },
  })
  // Nobody has to hear its rejection: that of the stream is told by `read`.
  reader.closed.then(
    () => watcher.end(),
    (error: unknown) => {
      if (!isReleased) {
        watcher.fail(error)
      }
    },
  )
}
