import { guard } from '../base/guard.ts'
import { tellsStreams } from '../runtimes/host.ts'
import { pullThrough } from './body-end.ts'
import { type BodyEnd, BodyWatch } from './body-watch.ts'
import { expectHonoStream, honoStreamOf } from './hono-streams.ts'
import { scriptStreamOf } from './js-stream.ts'
import type { RequestScope } from './request-scope.ts'

/** The stream whose end is the request's end; undefined when the request ends at its headers. */
const observedStream = (
  { telemetry, made, method, request }: RequestScope,
  status: number,
  response: Response,
): ReadableStream | undefined => {
  const { observeBody } = telemetry.config.http
  if (
    observeBody === false ||
    status === 204 ||
    status === 304 ||
    (method === '_OTHER' && request ? request.method : method) === 'HEAD'
  ) {
    return undefined
  }
  if (observeBody === 'auto') {
    return scriptStreamOf(response, made?.response === response ? made : undefined)
  }
  const isWanted = guard(() => observeBody(response, request as Request)) === true
  return isWanted && response.body?.locked === false ? response.body : undefined
}

/** A body that is observed. */
export interface ObservedBody {
  /** To be sent instead; undefined when what is there may stay. */
  readonly replacement?: ReadableStream | undefined
  /** It is over already. */
  readonly end?: BodyEnd
}

/**
 * Arranges for `onEnd` to be called once, when the body is over: at its end, or when it was silent for
 * `http.streamTimeoutMs`. The body itself goes on as long as it likes.
 *
 * @returns Undefined when the body is not observed.
 */
export const observeBody = (
  scope: RequestScope,
  status: number,
  response: Response,
  onEnd: (end: BodyEnd, error: unknown) => void,
): ObservedBody | undefined => {
  const stream = observedStream(scope, status, response)
  if (!stream) {
    return undefined
  }
  const { made } = scope
  const isHelped = made?.response === response && made.isHelped
  // What the runtime makes must be sent as it is, since type and length are derived from it.
  const hono = isHelped && !tellsStreams() ? expectHonoStream(stream) : honoStreamOf(stream)
  if (hono?.end) {
    return { end: hono.end }
  }
  const watch = new BodyWatch(scope.telemetry.config.http.streamTimeoutMs, onEnd)
  const replacement = hono ? undefined : pullThrough(stream, watch)
  if (hono) {
    hono.watch = watch
  }
  watch.start()
  scope.body = watch
  scope.isLate = true
  return { replacement }
}
