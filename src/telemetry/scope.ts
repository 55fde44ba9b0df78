import { type Context, createContextKey } from '@opentelemetry/api'
import type { LogFields } from '../logs/record.ts'
import type { Telemetry } from './telemetry.ts'

/** Characters of an id that the app made. */
export const MAX_REQUEST_ID = 255

/** What loggers and instruments need to know of the request they are called in. */
export interface Scope {
  readonly telemetry: Telemetry
  /** Undefined when request ids are turned off. */
  requestId: string | undefined
  /** What keeps its invocation alive, also when it has ended. */
  readonly waiter: unknown
  /** A reading of `performance.now()`. */
  readonly startedMs: number
  /** Whether it has been answered: its end is over, or may be far. */
  isLate: boolean
  /** What it has used so far, for who counts that. */
  usage?: unknown
  /** For the access line: what the app set with `log.set`. */
  fields: LogFields | undefined
  /** Where the app keeps an id of its own: Hono's context, until the request has ended. */
  hono?: { get(key: string): unknown } | undefined
}

const SCOPE = /* @__PURE__ */ createContextKey('hono-observability request scope')

export const currentScope = (context: Context): Scope | undefined =>
  (context.getValue(SCOPE) as (() => Scope) | undefined)?.()

/** In a function, because contexts are printed: a scope leads to the configuration, and so to the exporter's headers. */
export const withScope = (context: Context, scope: Scope): Context =>
  context.setValue(SCOPE, () => scope)

const TELEMETRY = /* @__PURE__ */ createContextKey('hono-observability telemetry')

/** The telemetry of what is being handled, a request or not. */
export const telemetryIn = (context: Context): Telemetry | undefined =>
  currentScope(context)?.telemetry ??
  (context.getValue(TELEMETRY) as (() => Telemetry) | undefined)?.()

/** In a function, as {@link withScope}. */
export const withTelemetry = (context: Context, telemetry: Telemetry): Context =>
  context.setValue(TELEMETRY, () => telemetry)

/** The id that the app gave this request, with `hono/request-id` for example, or else ours. */
export const requestIdOf = (scope: Scope | undefined): string | undefined => {
  const own = scope?.requestId && scope.hono?.get('requestId')
  return typeof own === 'string' && own ? own.slice(0, MAX_REQUEST_ID) : scope?.requestId
}
