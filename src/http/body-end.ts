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
