import { isWorkerd } from '../../base/workerd.ts'
import { hook } from './hook.ts'
import { isMadeByScript } from './made-by-script.ts'
import { isReadableStream, untilSettled, watchStream } from './stream.ts'
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

const METHODS: Record<string, typeof untilSettled> = {
  body(watcher, call) {
    const body = call()
    if (isReadableStream(body)) {
      watchStream(body, watcher)
    }
    return body
  },
  text: untilSettled,
  json: untilSettled,
  arrayBuffer: untilSettled,
  bytes: untilSettled,
  blob: untilSettled,
  formData: untilSettled,
}

/** Watches a response until its body has been read. */
export const watchResponse = (response: Response, watcher: Watcher): boolean =>
  watcher.wait(hook(response, watcher, METHODS))
