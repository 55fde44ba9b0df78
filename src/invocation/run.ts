import {
  type Attributes,
  type Context,
  type Link,
  type Span,
  type SpanKind,
  trace,
} from '@opentelemetry/api'
import { guard } from '../base/guard.ts'
import { KIND_INTERNAL } from '../base/otel-enums.ts'
import * as ATTR from '../base/semconv.ts'
import { activeContext, runWithContext } from '../context/async-context.ts'
import { openNative } from '../context/native-tracing.ts'
import { watchSettled } from '../context/results/watch.ts'
import { Watcher } from '../context/results/watcher.ts'
import { closingOf } from '../export/pipeline/liveness.ts'
import { ensureTelemetry } from '../telemetry/ensure.ts'
import type { Telemetry } from '../telemetry/telemetry.ts'
import { recordFailure } from '../traces/failure.ts'
import { RecordingSpan } from '../traces/span.ts'
import { type EventScope, releaseEvent, withEvent } from './event-scope.ts'
import type { Host } from './host.ts'
import { keepAlive } from './keep-alive.ts'
import { givenWaiter } from './wait-until.ts'

/** A call of the Worker that is not an HTTP request. */
export interface Invocation {
  name: string
  /** Default INTERNAL. */
  kind?: SpanKind
  attributes: Attributes
  links?: Link[]
  /** Adds the span that is continued. Default: none, the root of a new trace. */
  parent?(context: Context): Context
  /** Called before the span ends. */
  ended?(span: Span, error: unknown, hasFailed: boolean, durationMs: number): void
}

/**
 * Runs a handler in a span, whose records are sent behind `waitUntil`. What the handler throws is
 * recorded, and thrown; the span ends when its promise settles, or when it returns without one. The result is
 * the very thing that the handler returned.
 *
 * @param describe Called when propagation works, so that it may read what was carried.
 */
export const runInvocation = <T>(host: Host, describe: () => Invocation, call: () => T): T => {
  const started = guard(() => open(host, describe))
  if (!started) {
    return call()
  }
  const { context, close } = started
  return closing(() => runWithContext(context, call), close, context)
}

/** Makes a call, and is told when it is over. */
export const closing = <T>(call: () => T, close: Close, context: Context = activeContext()): T => {
  let result: T
  try {
    result = call()
  } catch (error) {
    guard(() => close(error, true))
    throw error
  }
  watchSettled(result, new Handled(context, close))
  return result
}

type Close = (error?: unknown, hasFailed?: boolean) => void

/** A call of a handler; what it answered with may go on, but the handler has returned. */
class Handled extends Watcher {
  readonly #close: Close

  constructor(context: Context, close: Close) {
    super(context)
    this.#close = close
  }

  protected ended(): void {
    this.#close()
  }

  protected failed(error: unknown): void {
    this.#close(error, true)
  }
}

/** The telemetry of a handler. There is no request; one without `cf` tells as much. */
export const telemetryOf = ({ options, env }: Host): Telemetry => ensureTelemetry(options, env)

const open = (host: Host, describe: () => Invocation): { context: Context; close: Close } => {
  const telemetry = telemetryOf(host)
  const { name, kind = KIND_INTERNAL, attributes, links = [], parent, ended } = describe()
  if (telemetry.coldStart) {
    telemetry.coldStart = false
    attributes[ATTR.coldStart] = true
  }
  const active = activeContext()
  const marked = trace.deleteSpan(host.mark ? host.mark(active) : active)
  const base = parent ? parent(marked) : marked
  const { native } = telemetry.config
  const span = telemetry.tracer.startSpan(
    name,
    { kind, attributes, links, ...(native && openNative(native, host.executionCtx, base)) },
    base,
  )
  const { env, executionCtx } = host
  const waiter = givenWaiter(executionCtx, env)
  const settle = keepAlive(telemetry, waiter, env, span.isRecording())
  const startedMs = performance.now()
  const event: EventScope = {
    name,
    span,
    attributes,
    telemetry,
    env,
    executionCtx,
    waiter,
    startedMs,
    gave: 0,
    isLate: false,
  }
  return {
    context: withEvent(trace.setSpan(base, span), event),
    close(error?: unknown, hasFailed = false): void {
      closingOf(() => {
        if (hasFailed) {
          guard(() => recordFailure(span, error))
        }
        guard(() => ended?.(span, error, hasFailed, performance.now() - startedMs))
        guard(() => telemetry.config.usage?.finish(event, span))
        guard(() => span.end())
      })
      releaseEvent(event)
      settle(span instanceof RecordingSpan ? span.localTrace : undefined)
    },
  }
}
