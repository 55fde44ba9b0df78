import { type Attributes, type Context, type Span, trace } from '@opentelemetry/api'
import { guard } from '../base/guard.ts'
import { FLAG_SAMPLED, KIND_CLIENT, STATUS_ERROR } from '../base/otel-enums.ts'
import * as ATTR from '../base/semconv.ts'
import { isRpcPromise, isThenable } from '../base/thenable.ts'
import { errorType } from '../base/thrown.ts'
import { SCOPE_NAME, VERSION } from '../base/version.ts'
import { activeContext, runWithContext } from '../context/async-context.ts'
import { isNamedByPlatform, nativeTraceOf } from '../context/native-tracing.ts'
import { watchSettled } from '../context/results/watch.ts'
import { Watcher } from '../context/results/watcher.ts'
import { isTracingSuppressed } from '../context/suppress.ts'
import { recordFailure } from '../traces/failure.ts'
import { bindingType } from './attributes.ts'
import type { Operation } from './operation.ts'
import { DEFAULT_SLOW_MS, logSlow } from './slow.ts'
import type { BindingsOptions } from './types.ts'

/** Of the options of what is called, what counts here. */
type Options = Pick<BindingsOptions, 'slowThresholdMs' | 'usage'>

interface Started {
  options: Options
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
export const observe = <T>(
  options: Options,
  describe: () => Operation,
  call: (context?: Context) => T,
): T => {
  const started = start(options, describe)
  if (!started) {
    return call()
  }
  const { usage } = options
  const refusal = usage && guard(() => usage.begin(started.operation, started.context))
  let result: T
  try {
    const { context, span } = started
    if (refusal) {
      return refuse(started, refusal) as T
    }
    // The platform's own spans of it go below.
    result = nativeTraceOf(span) ? runWithContext(context, () => call(context)) : call(context)
  } catch (error) {
    fail(started, error)
    throw error
  }
  if (started.operation.goesOn && isThenable(result)) {
    return result.then(
      (value) => settle(started, value),
      (error: unknown) => {
        fail(started, error)
        throw error
      },
    ) as T
  }
  if (started.operation.goesOn) {
    return settle(started, result)
  }
  if (isPlainPromise(result)) {
    return answerOf(started, result) as T
  }
  if (started.operation.answered && isRpcPromise(result)) {
    started.operation.answered(answerOf(started, result))
    return result
  }
  return watchCall(started, result)
}

/** Fails as the call itself would: at once, where it would answer at once, or where more can be asked of its promise. */
const refuse = (started: Started, refusal: Error): unknown => {
  if (started.operation.isSync || started.operation.attributes['rpc.method'] !== undefined) {
    throw refusal
  }
  return watchCall(started, Promise.reject(refusal))
}

/** A promise as the platform makes one for each call: nobody else has it, so that another may take its place. */
const isPlainPromise = (result: unknown): result is Promise<unknown> => {
  try {
    return (
      result instanceof Promise &&
      Object.getPrototypeOf(result) === Promise.prototype &&
      Object.isExtensible(result) &&
      Reflect.ownKeys(result).length === 0
    )
  } catch {
    // A proxy that does not like to be asked.
    return false
  }
}

/**
 * The promise that goes on from this one. V8 follows it from an error to those who wait, which it does not where a
 * promise has two listeners, of which we would be one.
 */
const answerOf = (started: Started, result: PromiseLike<unknown>): Promise<unknown> =>
  result.then(
    (value) => {
      succeed(started, value)
      return value
    },
    (error: unknown) => {
      fail(started, error)
      throw error
    },
  ) as Promise<unknown>

/** Ends with the answer, which is handed on as it is. */
const watchCall = <T>(started: Started, result: T): T => {
  const watcher = new CallWatcher(started)
  watchSettled(result, watcher)
  return result
}

/**
 * The same for calls that tell their end by a callback or an event: the watcher is to be told `settled` or `fail`.
 * Undefined where nothing is observed.
 */
export const beginOperation = (
  options: Options,
  describe: () => Operation,
): Watcher | undefined => {
  const started = start(options, describe)
  return started && new CallWatcher(started)
}

class CallWatcher extends Watcher {
  readonly #started: Started
  #answer: unknown

  constructor(started: Started) {
    super(started.context)
    this.#started = started
  }

  override settled(value: unknown): void {
    this.#answer = value
    this.end()
  }

  protected ended(): void {
    succeed(this.#started, this.#answer)
  }

  protected failed(error: unknown): void {
    fail(this.#started, error)
  }
}

const settle = <T>(started: Started, value: T): T => {
  const rest = guard(() =>
    started.operation.goesOn?.(value, {
      startedMs: started.startedMs,
      end: (attributes) => succeed(started, attributes, () => attributes),
      fail: (error) => fail(started, error),
    }),
  )
  if (rest !== undefined) {
    return rest as T
  }
  succeed(started, value)
  return value
}

const start = (options: Options, describe: () => Operation): Started | undefined => {
  const parent = activeContext()
  const active = trace.getSpan(parent)
  if (!active || isTracingSuppressed(parent)) {
    return undefined
  }
  return guard(() => {
    const operation = describe()
    const { name, kind = KIND_CLIENT, attributes } = operation
    const span = isRecorded(active, attributes)
      ? trace.getTracer(SCOPE_NAME, VERSION).startSpan(name, { kind, attributes }, parent)
      : undefined
    return {
      options,
      operation,
      span,
      context: span ? trace.setSpan(parent, span) : parent,
      startedMs: performance.now(),
    }
  })
}

/** A span that has ended, as for work in `waitUntil`, still has children. */
const isRecorded = (span: Span, attributes: Attributes): boolean =>
  nativeTraceOf(span) && isNamedByPlatform(attributes[bindingType])
    ? false
    : span.isRecording() || (span.spanContext().traceFlags & FLAG_SAMPLED) !== 0

const succeed = (
  started: Started,
  value: unknown,
  describe: Operation['succeeded'] = started.operation.succeeded,
): void => {
  const { span } = started
  let failure: Attributes | undefined
  guard(() => {
    const attributes = describe?.(value)
    started.options.usage?.end(started.operation, started.context, attributes, value)
    if (attributes) {
      span?.setAttributes(attributes)
      const type = attributes[ATTR.errorType]
      if (type) {
        failure = { [ATTR.errorType]: type }
        span?.setStatus({ code: STATUS_ERROR })
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

const end = (started: Started, failure: Attributes | undefined): void => {
  const { options, operation, span, context, startedMs } = started
  const durationMs = performance.now() - startedMs
  guard(() => span?.end())
  guard(() => operation.measure?.(durationMs, failure))
  const thresholdMs = operation.slowThresholdMs ?? options.slowThresholdMs ?? DEFAULT_SLOW_MS
  if (thresholdMs !== false && durationMs >= thresholdMs) {
    guard(() => logSlow(operation, durationMs, thresholdMs, context))
  }
}
