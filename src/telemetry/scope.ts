import { type Attributes, type Context, createContextKey, type Span } from '@opentelemetry/api'
import type { LogFields } from '../logs/record.ts'
import type { LocalTrace } from '../traces/local-trace.ts'
import type { Telemetry } from './telemetry.ts'

/** Characters of an id that the app made. */
export const MAX_REQUEST_ID = 255

/** Something that goes on after the response's headers. */
export interface Flow {
  /** Whether anything came of it in the last so many milliseconds. */
  hasFlowed(withinMs: number): boolean
}

/** Lets an invocation end, once the pipeline has what it needs. */
export type Settle = (trace?: LocalTrace, body?: Flow) => void

/** What is handled now: a request, or another event such as a cron's run or a call over RPC. */
export interface Scope {
  readonly telemetry: Telemetry
  /** Undefined where telemetry has none of it, as for a tail. */
  readonly span: Span | undefined
  /** False when the span is another tracer's: it is enriched, and ended by its owner. */
  readonly ownsSpan: boolean
  /** Undefined when request ids are turned off, and of what is no request. */
  requestId: string | undefined
  /** As the runtime handed it over, until it is over. */
  env: unknown
  /** Until it is over. */
  executionCtx: unknown
  /** What keeps its invocation alive, also when it is over. */
  readonly waiter: unknown
  /** A reading of `performance.now()`. */
  readonly startedMs: number
  /** How much the runtime had handed over, once it is over. */
  gave: number
  /** Whether its end is over, or may be far. */
  isLate: boolean
  /** Lets the invocation end. Undefined once it is over. */
  settle: Settle | undefined
  /** As its span was begun, of what is no request. */
  described?: { readonly name: string; readonly attributes: Attributes } | undefined
  /** What it has used so far, for who counts that. */
  usage?: unknown
  /** The statements it has run so far, for who looks for those that are repeated. */
  statements?: unknown
  /** For the access line: what the app set with `log.set`. */
  fields: LogFields | undefined
  /** Where the app keeps a request's id of its own: Hono's context, until the request is over. */
  hono?: { get(key: string): unknown } | undefined
}

const SCOPE = /* @__PURE__ */ createContextKey('hono-observability scope')

/** Of what is handled now: the innermost, where one thing is handled within another. */
export const currentScope = (context: Context): Scope | undefined =>
  (context.getValue(SCOPE) as (() => Scope) | undefined)?.()

/** In a function, because contexts are printed: a scope leads to the configuration, and so to the exporter's headers. */
export const withScope = (context: Context, scope: Scope): Context =>
  context.setValue(SCOPE, () => scope)

/** The id that the app gave this request, with `hono/request-id` for example, or else ours. */
export const requestIdOf = (scope: Scope | undefined): string | undefined => {
  const own = scope?.requestId && scope.hono?.get('requestId')
  return typeof own === 'string' && own ? own.slice(0, MAX_REQUEST_ID) : scope?.requestId
}
