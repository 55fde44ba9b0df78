import { isWorkerd } from '../base/workerd.ts'
import type { BodyWatch } from './body-watch.ts'

/**
 * A stream that hands on what `source` has, and tells `watch` of each chunk and of the end. A pull-through stream,
 * since a `TransformStream` cannot tell a failing source from a reader that left.
 */
export const pullThrough = (source: ReadableStream, watch: BodyWatch): ReadableStream => {
  const reader = source.getReader()
  const fail = (error: unknown): never => {
    watch.end('error', error)
    throw error
  }
  return new ReadableStream(
    {
      pull(controller) {
        return reader.read().then(({ done, value }) => {
          if (done) {
            controller.close()
            watch.end('end')
          } else {
            if (isLeftOut(value)) {
              const error = new TypeError('A chunk of a body must be bytes.')
              reader.cancel(error).catch(() => {})
              return fail(error)
            }
            watch.flows()
            controller.enqueue(value)
          }
        }, fail)
      },
      cancel(reason) {
        watch.end('cancel')
        return reader.cancel(reason)
      },
    },
    // Nothing is read ahead of the client: backpressure as without us.
    { highWaterMark: 0 },
  )
}

/** What is no bytes breaks a body, but workerd leaves it out of one that is handed on chunk by chunk. */
const isLeftOut = (chunk: unknown): boolean =>
  isWorkerd() &&
  typeof chunk !== 'string' &&
  !(chunk instanceof ArrayBuffer) &&
  !ArrayBuffer.isView(chunk)
