import { type Attributes, type Span, type SpanKind, trace } from '@opentelemetry/api'
import type { ObservabilityOptions } from '../config/options.ts'
import { activeContext, runWithContext } from '../context/async-context.ts'
import { guard } from '../guard.ts'
import { keepAlive } from '../http/keep-alive.ts'
import { ATTR } from '../semconv.ts'
import { telemetryFor } from '../telemetry/telemetry.ts'
import { recordFailure } from '../traces/failure.ts'

/** A call of the Worker that is not an HTTP request. */
export interface Invocation {
  name: string
  kind: SpanKind
  attributes: Attributes
  /** Called before the span ends. */
  ended?(span: Span, error: unknown, hasFailed: boolean, durationMs: number): void
}

/**
 * Runs a handler in a span at the root of a new trace, whose records are sent behind `waitUntil`. What
 * the handler throws is recorded, and thrown.
 */
export const runInvocation = async (
  options: ObservabilityOptions,
  env: unknown,
  executionCtx: unknown,
  describe: () => Invocation,
  call: () => unknown,
): Promise<unknown> => {
  const started = guard(() => open(options, env, executionCtx, describe()))
  if (!started) {
    return call()
  }
  const { span, context, close } = started
  return runWithContext(context, async () => {
    try {
      const result = await call()
      close()
      return result
    } catch (error) {
      guard(() => recordFailure(span, error))
      close(error, true)
      throw error
    }
  })
}

const open = (
  options: ObservabilityOptions,
  env: unknown,
  executionCtx: unknown,
  { name, kind, attributes, ended }: Invocation,
) => {
  // There is no request; one without `cf` tells as much.
  const telemetry = telemetryFor(options, env, new Request('http://localhost/'))
  if (telemetry.coldStart) {
    telemetry.coldStart = false
    attributes[ATTR.coldStart] = true
  }
  const parent = activeContext()
  const span = telemetry.tracer.startSpan(name, { kind, attributes, root: true }, parent)
  const settle = keepAlive(telemetry.pipeline, executionCtx, env)
  const startedMs = performance.now()
  return {
    span,
    context: trace.setSpan(parent, span),
    close(error?: unknown, hasFailed = false): void {
      guard(() => ended?.(span, error, hasFailed, performance.now() - startedMs))
      guard(() => span.end())
      settle()
    },
  }
}
