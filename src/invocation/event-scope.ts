import { type Attributes, type Context, createContextKey, type Span } from '@opentelemetry/api'
import { withTelemetry } from '../telemetry/scope.ts'
import type { Telemetry } from '../telemetry/telemetry.ts'
import { gaveOf, markEnded } from './token.ts'

/** What is handled that is no request, such as a cron's run or a call over RPC. The app may be asked things in it. */
export interface EventScope {
  /** As its span is called. */
  readonly name: string
  readonly telemetry: Telemetry
  readonly span: Span
  /** What it was told at its begin. */
  readonly attributes: Attributes
  env: unknown
  executionCtx: unknown
  /** What it has used so far, for who counts that. */
  usage?: unknown
  /** What keeps its invocation alive, also when it is over. */
  readonly waiter: unknown
  /** A reading of `performance.now()`. */
  readonly startedMs: number
  /** What the runtime had handed over, once it is over. */
  gave: number
  isLate: boolean
}

const EVENT = /* @__PURE__ */ createContextKey('hono-observability event scope')

export const eventOf = (context: Context): EventScope | undefined =>
  (context.getValue(EVENT) as (() => EventScope) | undefined)?.()

export const withEvent = (context: Context, event: EventScope): Context =>
  withTelemetry(context, event.telemetry).setValue(EVENT, () => event)

/** It is over: what holds on to the runtime's objects is let go. */
export const releaseEvent = (event: EventScope): void => {
  const { env, executionCtx } = event
  event.gave = gaveOf(env, executionCtx)
  markEnded(env, executionCtx)
  event.isLate = true
  event.env = undefined
  event.executionCtx = undefined
}
