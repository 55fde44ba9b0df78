/** How a body ended: by itself, by the reader going away, by its source failing, or past the time limit. */
export type BodyEnd = 'end' | 'cancel' | 'error' | 'timeout'

/** Whether a response is produced while it is sent, so that its headers say nothing about how long it takes. */
export const isStream = (response: Response, status: number, method: string): boolean => {
  if (status === 101 || status === 204 || status === 304 || method === 'HEAD') {
    return false
  }
  const { headers } = response
  const type = headers.get('content-type')
  // The body comes last: merely asking for it makes the runtime build a stream.
  return (
    (type === null ||
      type.startsWith('text/event-stream') ||
      type.startsWith('application/x-ndjson') ||
      headers.get('transfer-encoding') === 'chunked') &&
    response.body !== null
  )
}

/**
 * The same response, with `onEnd` called once when its body ends, at the latest after `timeoutMs`; the body
 * itself goes on as long as it likes. A pull-through stream, since a `TransformStream` cannot tell a failing
 * source from a reader that left.
 */
export const observeBody = (
  response: Response,
  timeoutMs: number,
  onEnd: (end: BodyEnd, error?: unknown) => void,
): Response => {
  const reader = (response.body as ReadableStream<Uint8Array>).getReader()
  let done = false
  const finish = (end: BodyEnd, error?: unknown): void => {
    // workerd may report the same end twice.
    if (!done) {
      done = true
      clearTimeout(timer)
      onEnd(end, error)
    }
  }
  const timer = setTimeout(finish, timeoutMs, 'timeout')
  const body = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const { done: ended, value } = await reader.read()
          if (ended) {
            controller.close()
            finish('end')
          } else {
            controller.enqueue(value)
          }
        } catch (error) {
          finish('error', error)
          throw error
        }
      },
      cancel(reason) {
        finish('cancel')
        return reader.cancel(reason)
      },
    },
    // Nothing is read ahead of the client: backpressure as without us.
    { highWaterMark: 0 },
  )
  return new Response(body, response)
}
