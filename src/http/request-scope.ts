import type { Attributes, Context, Span } from '@opentelemetry/api'
import type { Context as HonoContext } from 'hono'
import { release } from '../invocation/end.ts'
import { currentScope, type Scope } from '../telemetry/scope.ts'
import type { BodyWatch } from './body-watch.ts'
import type { UrlParts } from './url.ts'

/** A request on its way through an app: one from outside, or one that the app makes of itself. */
export interface Passage {
  /** Carries what is below it, and itself. */
  context: Context
  /** Until it has ended. */
  request: Request | undefined
  readonly url: UrlParts
  /** Undefined when request ids are turned off. */
  requestId: string | undefined
  /** Hono's view of it, once it is there, and until it has ended. */
  handling: HonoContext | undefined
  /** What was last asked of the app itself while this was handled, and answered. */
  inner: InnerRequest | undefined
  route: string | undefined
  /** Answered by the health routes, which are not traced unless asked. */
  isProbe: boolean
  /** What the app threw, also when an error handler turned it into a response. */
  error: unknown
}

/** A response that Hono made for this request. */
export interface MadeResponse {
  readonly response: Response
  /** What its body is made of, if it is a stream. */
  readonly stream: ReadableStream | null
  /** Whether Hono's streaming helpers may have made the stream. */
  readonly isHelped: boolean
}

/** One incoming request while it is handled: plain data, found through the active context. */
export interface RequestScope extends Passage, Scope {
  requestId: string | undefined
  readonly span: Span
  /** By `http.ignore`: nothing of it is recorded. */
  readonly isIgnored: boolean
  /** As recorded: a known method, else `_OTHER`. */
  readonly method: string
  /** The status that the runtime has answered with by itself. */
  sent?: number
  /** What `http.enrich` says for the metric, once it was asked. */
  enriched?: Attributes
  /** What Hono made last. */
  made?: MadeResponse | undefined
  /** The body that the request ends with, when it is observed. */
  body?: BodyWatch | undefined
}

/** A request that the app makes of itself: no other request, so it is neither counted nor has it an access line. */
export interface InnerRequest extends Passage {
  /** What it was asked in, at the root of all. */
  readonly owner: Scope
  /** What it was asked in; undefined when that is no request. */
  readonly outer: Passage | undefined
  /** As recorded. */
  readonly method: string
  /**
   * Undefined when it looks like the outer one going on (a mounted app, another method): a span of its own would say
   * the same again.
   */
  readonly span: Span | undefined
  /** What it was answered with, once it was. */
  status: number
  response: Response | undefined
}

export const isRequest = (scope: Scope | undefined): scope is RequestScope =>
  scope !== undefined && 'method' in scope

/** The request that is handled now; undefined when it is something else, or nothing. */
export const currentRequest = (context: Context): RequestScope | undefined => {
  const scope = currentScope(context)
  return isRequest(scope) ? scope : undefined
}

/** The request is over. */
export const releaseRequest = (scope: RequestScope): void => {
  const { span, isProbe, body } = scope
  scope.request = undefined
  scope.handling = undefined
  scope.inner = undefined
  scope.hono = undefined
  scope.made = undefined
  // The span of a probe is never ended; nobody must wait for it.
  release(scope, isProbe ? undefined : span, body)
}
