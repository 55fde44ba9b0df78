import { type Context, createContextKey, type Span } from '@opentelemetry/api'
import type { LogFields } from '../logs/record.ts'
import type { Telemetry } from '../telemetry/telemetry.ts'
import type { LocalTrace } from '../traces/local-trace.ts'
import { RecordingSpan } from '../traces/span.ts'
import type { BodyWatch } from './body-watch.ts'
import type { UrlParts } from './url.ts'

/** Characters of an id that the app made. */
export const MAX_REQUEST_ID = 255

/** A response that Hono made for this request. */
export interface MadeResponse {
  readonly response: Response
  /** What its body is made of, if it is a stream. */
  readonly stream: ReadableStream | null
  /** Whether Hono's streaming helpers may have made the stream. */
  readonly isHelped: boolean
}

/** One incoming request while it is handled: plain data, found through the active context. */
export interface RequestScope {
  readonly telemetry: Telemetry
  readonly span: Span
  /** False when the span is another tracer's: it is enriched, and ended by its owner. */
  readonly ownsSpan: boolean
  /** Carries the span and this scope. */
  context: Context
  /** Until the request has ended. */
  request: Request | undefined
  /** As recorded: a known method, else `_OTHER`. */
  readonly method: string
  readonly url: UrlParts
  /** A reading of `performance.now()`. */
  readonly startedMs: number
  /** Until the request has ended. */
  executionCtx: unknown
  /** Lets the invocation end, once the pipeline has what it needs. Undefined from then on. */
  settle: ((trace?: LocalTrace, body?: BodyWatch) => void) | undefined
  /** Undefined when request ids are turned off. */
  requestId: string | undefined
  route: string | undefined
  /** Answered by the health routes, which are not traced unless asked. */
  isProbe: boolean
  /** For the access line: what the app set with `log.set`. */
  fields: LogFields | undefined
  /** What the app threw, also when an error handler turned it into a response. */
  error: unknown
  /** Where the app keeps an id of its own: Hono's context, until the request has ended. */
  hono?: { get(key: string): unknown } | undefined
  /** What Hono made last. */
  made?: MadeResponse | undefined
  /** The body that the request ends with, when it is observed. */
  body?: BodyWatch | undefined
}

/** The id that the app gave this request, with `hono/request-id` for example, or else ours. */
export const requestIdOf = (scope: RequestScope | undefined): string | undefined => {
  const own = scope?.requestId && scope.hono?.get('requestId')
  return typeof own === 'string' && own ? own.slice(0, MAX_REQUEST_ID) : scope?.requestId
}

const SCOPE = /* @__PURE__ */ createContextKey('hono-observability request scope')

export const scopeOf = (context: Context): RequestScope | undefined =>
  (context.getValue(SCOPE) as (() => RequestScope) | undefined)?.()

/** In a function, because contexts are printed: a scope leads to the configuration, and so to the exporter's headers. */
export const withScope = (context: Context, scope: RequestScope): Context =>
  context.setValue(SCOPE, () => scope)

/**
 * The request has ended. Its asynchronous context, and so its scope, may be collected much later: what holds on to
 * the runtime's objects is let go now.
 */
export const releaseScope = (scope: RequestScope): void => {
  const { settle, span, isProbe, body } = scope
  scope.request = undefined
  scope.executionCtx = undefined
  scope.settle = undefined
  scope.hono = undefined
  scope.made = undefined
  // The span of a probe is never ended; nobody must wait for it.
  settle?.(!isProbe && span instanceof RecordingSpan ? span.localTrace : undefined, body)
}
