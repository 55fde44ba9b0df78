import type { Attributes, Context, Span, SpanOptions } from '@opentelemetry/api'
import * as ATTR from '../base/semconv.ts'
import { openNative } from '../context/native-tracing.ts'
import type { Scope } from '../telemetry/scope.ts'
import type { Telemetry } from '../telemetry/telemetry.ts'
import type { Invocation } from './invocation.ts'
import { keepAlive } from './keep-alive.ts'
import { tellOf } from './tell.ts'
import { givenWaiter } from './wait-until.ts'

/** Starts the span of what the runtime has called, which says whether that was the isolate's first. */
export const startSpan = (
  telemetry: Telemetry,
  executionCtx: unknown,
  name: string,
  options: SpanOptions & { readonly attributes: Attributes },
  parent: Context,
): Span => {
  if (telemetry.coldStart) {
    telemetry.coldStart = false
    options.attributes[ATTR.coldStart] = true
  }
  tellOf(parent)?.(options)
  const { native } = telemetry.config
  return telemetry.tracer.startSpan(
    name,
    native ? { ...options, ...openNative(native, executionCtx, parent) } : options,
    parent,
  )
}

/**
 * The scope of what is no request, whose invocation is kept alive from now on.
 *
 * @param isLate Its end may be far, and not be this isolate's to see: nothing is held until then.
 */
export const openScope = (
  { env, executionCtx }: Invocation,
  telemetry: Telemetry,
  span: Span | undefined,
  isLate = false,
): Scope => {
  const waiter = givenWaiter(executionCtx, env)
  return {
    telemetry,
    span,
    ownsSpan: true,
    requestId: undefined,
    env,
    executionCtx,
    waiter,
    startedMs: performance.now(),
    gave: 0,
    isLate,
    settle: isLate
      ? () => keepAlive(telemetry, waiter, env)()
      : keepAlive(telemetry, waiter, env, span?.isRecording() === true),
    fields: undefined,
  }
}
