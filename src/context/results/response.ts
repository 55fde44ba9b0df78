import { isWorkerd } from '../../base/workerd.ts'
import { hook } from './hook.ts'
import { watchPromise } from './promise.ts'
import { isReadableStream, watchStream } from './stream.ts'
import type { Watcher } from './watcher.ts'

/** Whether its body may be made while it is sent. Asking for the body itself would change how some runtimes send it. */
export const isStreamed = (response: Response): boolean => {
  const { status, headers } = response
  const type = headers.get('content-type')
  return (
    status !== 101 &&
    status !== 204 &&
    status !== 304 &&
    !headers.has('content-length') &&
    (type === null ||
      /^(?:text\/event-stream|application\/x-ndjson)/.test(type) ||
      headers.get('transfer-encoding') === 'chunked') &&
    (!isWorkerd() || isMadeByScript(response.body))
  )
}

/** On workerd, what the runtime made lends a reader into memory of one's own; what JavaScript made does not. */
const isMadeByScript = (body: ReadableStream | null): boolean => {
  if (!body || body.locked) {
    return false
  }
  try {
    body.getReader({ mode: 'byob' }).releaseLock()
    return false
  } catch {
    return true
  }
}

const READS = ['text', 'json', 'arrayBuffer', 'bytes', 'blob', 'formData']

/** Watches a response until its body has been read. */
export const watchResponse = (response: Response, watcher: Watcher): void => {
  for (const key of READS) {
    hook(response, key, (original) => {
      const read = watcher.run(original) as object
      watcher.begin()
      watchPromise(
        read,
        () => watcher.end(),
        (error) => watcher.fail(error),
      )
      return read
    })
  }
  let known: unknown
  Object.defineProperty(response, 'body', {
    configurable: true,
    enumerable: false,
    get(this: Response) {
      const body: unknown = Reflect.get(Object.getPrototypeOf(response) as object, 'body', this)
      if (body !== known && this === response && isReadableStream(body)) {
        known = body
        watchStream(body, watcher)
      }
      return body
    },
  })
  watcher.wait()
}
