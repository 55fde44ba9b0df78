import { headersOf } from './node-server-response.ts'

/** As far as it is asked: the response of `node:http` and `node:http2`. */
export interface Outgoing {
  readonly statusCode: number
  readonly writableFinished: boolean
  readonly destroyed: boolean
  getHeader(name: string): unknown
  once(event: 'close', listener: () => void): unknown
}

/** Node's own response, when the handler answers through it and has returned `RESPONSE_ALREADY_SENT`. */
export const sentThrough = (env: unknown, response: Response | undefined): Outgoing | undefined => {
  const outgoing = (env as { outgoing?: Outgoing } | undefined | null)?.outgoing
  return typeof outgoing?.once === 'function' &&
    response &&
    headersOf(response).has('x-hono-already-sent')
    ? outgoing
    : undefined
}

/** Calls `onEnd` once it is sent, or the client has left; what it says until then may still change. */
export const whenSent = (outgoing: Outgoing, onEnd: (end: 'end' | 'cancel') => void): void => {
  const tell = (): void => onEnd(outgoing.writableFinished ? 'end' : 'cancel')
  if (outgoing.writableFinished || outgoing.destroyed) {
    tell()
  } else {
    outgoing.once('close', tell)
  }
}
