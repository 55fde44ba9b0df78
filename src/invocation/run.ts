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
import { activeContext, runWithContext } from '../context/async-context.ts'
import { watchSettled } from '../context/results/watch.ts'
import { Watcher } from '../context/results/watcher.ts'
import { closingOf } from '../export/pipeline/liveness.ts'
import { ensureTelemetry } from '../telemetry/ensure.ts'
import { type Scope, withScope } from '../telemetry/scope.ts'
import type { Telemetry } from '../telemetry/telemetry.ts'
import { recordFailure } from '../traces/failure.ts'
import { ending, release } from './end.ts'
import type { Invocation } from './invocation.ts'
import { openScope, startSpan } from './open.ts'

/** The span of an event that is no request. */
export interface Described {
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
 * Runs a handler, whose records are sent behind `waitUntil`. What it throws is recorded, and thrown; the span ends when
 * its promise settles, or when it returns without one. The result is the very thing that the handler returned.
 *
 * @param describe Called when propagation works, so that it may read what was carried. Undefined: there is no span.
 */
export const run = <T>(
  invocation: Invocation,
  describe: (telemetry: Telemetry) => Described | undefined,
  call: () => T,
): T => {
  const opened = guard(() => open(invocation, describe))
  return opened ? closing(opened.context, call, opened.close) : call()
}

/** The telemetry of a handler. There is no request; one without `cf` tells as much. */
export const telemetryOf = ({ options, env }: Invocation): Telemetry =>
  ensureTelemetry(options, env)

const open = (
  invocation: Invocation,
  describe: (telemetry: Telemetry) => Described | undefined,
): { context: Context; close: Close } => {
  const { executionCtx, mark } = invocation
  const telemetry = telemetryOf(invocation)
  const described = closingOf(() => describe(telemetry))
  const active = activeContext()
  const marked = trace.deleteSpan(mark ? mark(active) : active)
  const base = described?.parent ? described.parent(marked) : marked
  const span = described && start(described, telemetry, executionCtx, base)
  const scope = openScope(invocation, telemetry, span)
  scope.described = described
  return {
    context: withScope(span ? trace.setSpan(base, span) : base, scope),
    close: (error, hasFailed = false) =>
      end(scope, () => {
        if (span) {
          if (hasFailed) {
            recordFailure(span, error)
          }
          described.ended?.(span, error, hasFailed, performance.now() - scope.startedMs)
          const { usage } = telemetry.config
          if (usage) {
            guard(() => usage.finish(scope, span))
          }
          span.end()
        }
      }),
  }
}

const start = (
  { name, kind = KIND_INTERNAL, attributes, links = [] }: Described,
  telemetry: Telemetry,
  executionCtx: unknown,
  parent: Context,
): Span => startSpan(telemetry, executionCtx, name, { kind, attributes, links }, parent)

/** Ends what is no request: first what is recorded of it. */
export const end = (scope: Scope, record: () => void): void => {
  ending(
    scope,
    () => {
      record()
      over(scope)
    },
    over,
  )
}

const over = (scope: Scope): void => release(scope, scope.span)

type Close = (error?: unknown, hasFailed?: boolean) => void

/** Makes a call in a context, and is told when it is over. */
export const closing = <T>(context: Context, call: () => T, close: Close): T => {
  let result: T
  try {
    result = runWithContext(context, call)
  } catch (error) {
    guard(() => runWithContext(context, () => close(error, true)))
    throw error
  }
  watchSettled(result, new Handled(context, close))
  return result
}

/** A call of a handler; what it answered with may go on, but the handler has returned. */
class Handled extends Watcher {
  readonly #close: Close

  constructor(context: Context, close: Close) {
    super(context)
    this.#close = close
  }

  // In the context, by which measurements find the span that is their example.
  protected ended(): void {
    this.run(() => this.#close())
  }

  protected failed(error: unknown): void {
    this.run(() => this.#close(error, true))
  }
}
