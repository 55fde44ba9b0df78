import {
  type Attributes,
  type Context,
  type Span,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  trace,
} from '@opentelemetry/api'
import { activeContext } from '../context/async-context.ts'
import { isTracingSuppressed } from '../context/suppress.ts'
import { guard } from '../guard.ts'
import { ATTR } from '../semconv.ts'
import { errorType } from '../traces/exception.ts'
import { recordFailure } from '../traces/failure.ts'
import { SCOPE_NAME, VERSION } from '../version.ts'

/** One call of a binding, as a span and a measurement. */
export interface Operation {
  name: string
  /** Default CLIENT. */
  kind?: SpanKind
  attributes: Attributes
  /** What the result tells; `error.type` among it makes it a failure. */
  succeeded?: ((result: unknown) => Attributes | undefined) | undefined
  failed?(error: unknown): Attributes | undefined
  /** Called at the end, with `error.type` if it failed. */
  measure?(durationMs: number, failure: Attributes | undefined): void
}

interface Started {
  operation: Operation
  span: Span | undefined
  context: Context
  startedMs: number
}

/**
 * Makes the call, in a span of its own when it is within a trace that is recorded, and measures it.
 * Outside of any request, or with tracing suppressed, it just makes the call: `describe` is not asked.
 *
 * @param call Receives the context that carries the span, for those who send it on.
 */
export const observe = <T>(describe: () => Operation, call: (context?: Context) => T): T => {
  const started = start(describe)
  if (!started) {
    return call()
  }
  let result: T
  try {
    result = call(started.context)
  } catch (error) {
    fail(started, error)
    throw error
  }
  if (isThenable(result)) {
    return result.then(
      (value) => {
        succeed(started, value)
        return value
      },
      (error: unknown) => {
        fail(started, error)
        throw error
      },
    ) as T
  }
  succeed(started, result)
  return result
}

/**
 * As {@link observe}, but returns the very promise of the call: one of an RPC call is more than a
 * promise, since methods can be called on it before it settles.
 */
export const observeBeside = <T>(describe: () => Operation, call: (context?: Context) => T): T => {
  let result: { promise: T } | undefined
  const observed = observe(describe, (context) => {
    const promise = call(context)
    result = { promise }
    return promise
  })
  if (isThenable(observed)) {
    // Whoever made the call gets the rejection from the promise of the call.
    observed.then(undefined, () => {})
  }
  return result ? result.promise : observed
}

const start = (describe: () => Operation): Started | undefined => {
  const parent = activeContext()
  const active = trace.getSpan(parent)
  if (!active || isTracingSuppressed(parent)) {
    return undefined
  }
  return guard(() => {
    const operation = describe()
    const { name, kind = SpanKind.CLIENT, attributes } = operation
    const span = isRecorded(active)
      ? trace.getTracer(SCOPE_NAME, VERSION).startSpan(name, { kind, attributes }, parent)
      : undefined
    return {
      operation,
      span,
      context: span ? trace.setSpan(parent, span) : parent,
      startedMs: performance.now(),
    }
  })
}

/** A span that has ended, as for work in `waitUntil`, still has children. */
const isRecorded = (span: Span): boolean =>
  span.isRecording() || (span.spanContext().traceFlags & TraceFlags.SAMPLED) !== 0

const succeed = (started: Started, value: unknown): void => {
  const { operation, span } = started
  let failure: Attributes | undefined
  guard(() => {
    const attributes = operation.succeeded?.(value)
    if (attributes) {
      span?.setAttributes(attributes)
      const type = attributes[ATTR.errorType]
      if (type) {
        failure = { [ATTR.errorType]: type }
        span?.setStatus({ code: SpanStatusCode.ERROR })
      }
    }
  })
  end(started, failure)
}

const fail = (started: Started, error: unknown): void => {
  const { operation, span } = started
  const failure: Attributes = { [ATTR.errorType]: errorType(error, '_OTHER') }
  guard(() => {
    Object.assign(failure, operation.failed?.(error))
    if (span) {
      recordFailure(span, error)
      span.setAttributes(failure)
    }
  })
  end(started, failure)
}

const end = ({ operation, span, startedMs }: Started, failure: Attributes | undefined): void => {
  guard(() => span?.end())
  guard(() => operation.measure?.(performance.now() - startedMs, failure))
}

const isThenable = (value: unknown): value is PromiseLike<unknown> =>
  typeof (value as PromiseLike<unknown> | null | undefined)?.then === 'function'
