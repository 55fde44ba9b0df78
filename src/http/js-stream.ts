import { isMadeByScript } from '../context/results/made-by-script.ts'
import { headersOf, streamIn } from '../runtimes/host.ts'
import { isFedByHono } from './hono-streams.ts'
import type { MadeResponse } from './request-scope.ts'

/** Whether the headers leave room for a stream. That text is its own type is the runtime's doing. */
const maybeStream = (response: Response): boolean => {
  const headers = headersOf(response)
  return (
    headers.get('content-type') !== 'text/plain;charset=UTF-8' && !headers.has('content-length')
  )
}

/** Whether workerd shows it to inspectors: to be told by an error costs more than handing a whole stream on. */
const isShownScript = (stream: ReadableStream): boolean => {
  const shown = (name: string): unknown =>
    stream[
      Object.getOwnPropertySymbols(ReadableStream.prototype).find(
        (key) => key.description === name,
      ) as keyof ReadableStream
    ]
  return shown('supportsBYOB') === false && shown('state') === 'readable'
}

/**
 * The stream that JavaScript feeds and this response sends; undefined for what the runtime made, and in doubt. Asking
 * changes nothing: neither how the body is framed, nor who may read it.
 *
 * @param made What is known of the response, if Hono made it.
 */
export const scriptStreamOf = (
  response: Response,
  made: MadeResponse | undefined,
): ReadableStream | undefined => {
  if (made ? !made.stream : !maybeStream(response)) {
    return undefined
  }
  const stream = streamIn(response, made?.stream ?? undefined, made?.isHelped === true)
  // Asking a stream throws for an answer.
  return stream && (isFedByHono(stream) || isShownScript(stream) || isMadeByScript(stream))
    ? stream
    : undefined
}
