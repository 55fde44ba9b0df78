import { hook } from './hook.ts'
import { watchIterator } from './iterator.ts'
import { watchPromise } from './promise.ts'
import type { Watcher } from './watcher.ts'

type Reader = ReadableStreamDefaultReader & object

export const isReadableStream = (value: unknown): value is ReadableStream =>
  typeof ReadableStream === 'function' && value instanceof ReadableStream

/**
 * Watches a stream as JavaScript reads it, whoever does. It stays the stream that it is: what the runtime itself sends
 * keeps its framing and its speed, and ends, for the watcher, with the request.
 */
export const watchStream = (stream: ReadableStream, watcher: Watcher): boolean => {
  const isHooked = hook(stream, 'getReader', (original) => {
    const reader = watcher.run(original) as Reader
    watcher.begin()
    watchReader(reader, watcher)
    return reader
  })
  for (const key of ['pipeTo', 'cancel']) {
    hook(stream, key, (original) => {
      const done = watcher.run(original) as object
      watcher.begin()
      watchPromise(
        done,
        () => watcher.end(),
        (error) => watcher.fail(error),
      )
      return done
    })
  }
  // Both go on in what they return.
  hook(stream, 'pipeThrough', (original) => {
    const readable = watcher.run(original) as ReadableStream
    watchStream(readable, watcher)
    return readable
  })
  hook(stream, 'tee', (original) => {
    const branches = watcher.run(original) as ReadableStream[]
    // The last of them to end is the end.
    let open = branches.length
    for (const branch of branches) {
      watchStream(
        branch,
        watcher.part(() => --open === 0),
      )
    }
    return branches
  })
  for (const key of ['values', Symbol.asyncIterator]) {
    hook(stream, key, (original) => {
      const iterator = watcher.run(original) as object
      watcher.begin()
      watchIterator(iterator, watcher)
      return iterator
    })
  }
  if (isHooked) {
    watcher.wait()
  }
  return isHooked
}

const watchReader = (reader: Reader, watcher: Watcher): void => {
  let isReleased = false
  hook(reader, 'read', (original) => watcher.run(original))
  hook(reader, 'releaseLock', (original) => {
    isReleased = true
    return original()
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
