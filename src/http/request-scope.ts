import { type Context, createContextKey, type Span } from '@opentelemetry/api'
import type { Context as HonoContext } from 'hono'
import type { LogFields } from '../logs/record.ts'
import type { Telemetry } from '../telemetry/telemetry.ts'
import type { LocalTrace } from '../traces/local-trace.ts'
import { RecordingSpan } from '../traces/span.ts'
import type { BodyWatch } from './body-watch.ts'
import type { InnerRequest } from './inner-request.ts'
import { gaveOf, markEnded } from './invocation-token.ts'
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
export interface RequestScope extends Passage {
  readonly telemetry: Telemetry
  readonly span: Span
  /** False when the span is another tracer's: it is enriched, and ended by its owner. */
  readonly ownsSpan: boolean
  /** As recorded: a known method, else `_OTHER`. */
  readonly method: string
  /** A reading of `performance.now()`. */
  readonly startedMs: number
  /** Until the request has ended. */
  executionCtx: unknown
  /** As the runtime handed it over, until the request has ended. */
  env: unknown
  /** What the runtime had handed over, of a request that has ended. */
  gave: number
  /** Lets the invocation end, once the pipeline has what it needs. Undefined from then on. */
  settle: ((trace?: LocalTrace, body?: BodyWatch) => void) | undefined
  /** For the access line: what the app set with `log.set`. */
  fields: LogFields | undefined
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

/** What is handled that is no request, such as a cron's run or a call over RPC. The app may be asked things in it. */
export interface EventScope {
  readonly telemetry: Telemetry
  env: unknown
  executionCtx: unknown
  /** As in {@link RequestScope}. */
  gave: number
  isOver: boolean
}

const EVENT = /* @__PURE__ */ createContextKey('hono-observability event scope')

export const eventOf = (context: Context): EventScope | undefined =>
  (context.getValue(EVENT) as (() => EventScope) | undefined)?.()

export const withEvent = (context: Context, event: EventScope): Context =>
  context.setValue(EVENT, () => event)

/** As {@link releaseScope}, of what is no request. */
export const releaseEvent = (event: EventScope): void => {
  const { env, executionCtx } = event
  event.gave = gaveOf(env, executionCtx)
  markEnded(env, executionCtx)
  event.isOver = true
  event.env = undefined
  event.executionCtx = undefined
}

/** In a function, because contexts are printed: a scope leads to the configuration, and so to the exporter's headers. */
export const withScope = (context: Context, scope: RequestScope): Context =>
  context.setValue(SCOPE, () => scope)

/**
 * The request has ended. Its asynchronous context, and so its scope, may be collected much later: what holds on to
 * the runtime's objects is let go now.
 */
export const releaseScope = (scope: RequestScope): void => {
  const { settle, span, isProbe, body, env, executionCtx } = scope
  if (scope.request) {
    scope.gave = gaveOf(env, executionCtx)
    markEnded(env, executionCtx)
  }
  scope.request = undefined
  scope.executionCtx = undefined
  scope.env = undefined
  scope.handling = undefined
  scope.inner = undefined
  scope.settle = undefined
  scope.hono = undefined
  scope.made = undefined
  // The span of a probe is never ended; nobody must wait for it.
  settle?.(!isProbe && span instanceof RecordingSpan ? span.localTrace : undefined, body)
}
