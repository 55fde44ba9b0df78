import { note, Returned } from '../base/returned.ts'
import { copyResponse, editHeaders } from '../runtimes/host.ts'
import type { EditableHeaders } from '../runtimes/plain-headers.ts'

/** One header that we add to a response. */
export interface AddedHeader {
  readonly name: string
  readonly value: string
  /** Beside what the app says under this name, not instead of it. */
  readonly isAppended?: boolean
}

/** A response that has headers of ours: one that comes again was kept by the app, and has another request's. */
class Written extends Returned {
  readonly #isWritten = true

  static has(response: Response): boolean {
    return #isWritten in response
  }
}

/** Whether the app sends this response again, with what we added for an earlier request. */
export const isRepeated = (response: Response): boolean => Written.has(response)

/** Sets a header. A value that none may hold, such as a request id of the app's with a line end, is left out. */
const add = (headers: EditableHeaders, { name, value, isAppended }: AddedHeader): void => {
  try {
    headers[isAppended ? 'append' : 'set'](name, value)
  } catch {
    // Names are validated with the options.
  }
}

const TRACEPARENT = /(, *)?traceparent;desc="[^"]*"/g

/**
 * The response with more headers. What the app made itself it may keep and return again, so that only a copy of it is
 * written to; the same goes for the response of a `fetch`, whose headers are immutable. One that cannot be copied, as
 * its body has been read, stays as it is.
 *
 * @param isFresh Whether Hono made it for this request.
 */
export const addHeaders = (
  response: Response,
  added: readonly AddedHeader[],
  isFresh: boolean,
): Response => {
  if (!added.length) {
    return response
  }
  let target = response
  const isAgain = isRepeated(response)
  if (!isFresh || isAgain) {
    let copy: Response | undefined
    try {
      copy = copyResponse(response)
    } catch {
      // Its body has been read.
    }
    if (!copy) {
      return response
    }
    target = copy
  } else {
    note(() => new Written(response))
  }
  editHeaders(target, (headers) => {
    if (isAgain) {
      withoutTiming(headers)
    }
    for (const header of added) {
      add(headers, header)
    }
  })
  return target
}

/** Leaves out our entry of an earlier request; the app's stay. */
const withoutTiming = (headers: EditableHeaders): void => {
  const timing = headers.get('server-timing')
  const left = timing?.replace(TRACEPARENT, '').replace(/^, */, '')
  if (left) {
    headers.set('server-timing', left)
  } else {
    headers.delete('server-timing')
  }
}
