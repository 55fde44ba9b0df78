import {
  type Context,
  INVALID_SPAN_CONTEXT,
  isValidSpanId,
  isValidTraceId,
  type Span,
  type SpanContext,
  type SpanOptions,
  type Tracer,
  trace,
} from '@opentelemetry/api'
import { activeContext, runWithContext } from '../context/async-context.ts'
import { isTracingSuppressed } from '../context/suppress.ts'
import {
  type NativeTrace,
  nativeIds,
  platformSpans,
  startNative,
} from '../interop/native-tracing.ts'
import {
  DECISION_NOT_RECORD,
  DECISION_RECORD,
  DECISION_RECORD_AND_SAMPLED,
  FLAG_SAMPLED,
  KIND_INTERNAL,
} from '../otel-enums.ts'
import { type IdGenerator, newSpanId, newTraceId } from './ids.ts'
import type { InstrumentationScope } from './readable-span.ts'
import type { SpanRecorder } from './recorder.ts'
import { RecordingSpan } from './span.ts'

/** W3C Trace Context level 2: the trace id's low 56 bits are random. */
const RANDOM_FLAG = 2

/** Options of a span that may have to be made again, after the isolate that began it is gone. */
export interface FixedSpanOptions extends SpanOptions {
  /** Instead of random ids. The trace id is not used when there is a parent. */
  ids?: { readonly traceId: string; readonly spanId: string }
  /** Of a span at the root of an invocation that the platform traces. */
  native?: NativeTrace
}

/** Makes spans of one instrumentation scope. Follows the OpenTelemetry trace SDK, "Tracer". */
export class SpanTracer implements Tracer {
  readonly #recorder: SpanRecorder
  readonly #scope: InstrumentationScope

  constructor(recorder: SpanRecorder, scope: InstrumentationScope) {
    this.#recorder = recorder
    this.#scope = scope
  }

  startSpan(
    name: string,
    options: FixedSpanOptions = {},
    context: Context = activeContext(),
  ): Span {
    const parent = options.root ? undefined : trace.getSpan(context)
    const parentContext = parent?.spanContext()
    const remote =
      parentContext && trace.isSpanContextValid(parentContext) ? parentContext : undefined
    if (isTracingSuppressed(context)) {
      return trace.wrapSpanContext(remote ?? INVALID_SPAN_CONTEXT)
    }
    // A child is recorded by whoever records its parent, so that two pipelines in one isolate never mix.
    return startSpan(
      parent instanceof RecordingSpan ? parent.localTrace.recorder : this.#recorder,
      this.#scope,
      name,
      options,
      context,
      remote,
      parent instanceof RecordingSpan && remote ? parent : undefined,
    )
  }

  startActiveSpan<F extends (span: Span) => unknown>(name: string, fn: F): ReturnType<F>
  startActiveSpan<F extends (span: Span) => unknown>(
    name: string,
    options: SpanOptions,
    fn: F,
  ): ReturnType<F>
  startActiveSpan<F extends (span: Span) => unknown>(
    name: string,
    options: SpanOptions,
    context: Context,
    fn: F,
  ): ReturnType<F>
  startActiveSpan<F extends (span: Span) => unknown>(
    name: string,
    ...rest: [F] | [SpanOptions, F] | [SpanOptions, Context, F]
  ): ReturnType<F> {
    const fn = rest.at(-1) as F
    const options = rest.length > 1 ? (rest[0] as SpanOptions) : undefined
    const parent = rest.length > 2 ? (rest[1] as Context) : activeContext()
    const span = this.startSpan(name, options, parent)
    return runWithContext(trace.setSpan(parent, span), () => fn(span)) as ReturnType<F>
  }
}

const startSpan = (
  recorder: SpanRecorder,
  scope: InstrumentationScope,
  name: string,
  options: FixedSpanOptions,
  context: Context,
  parentContext: SpanContext | undefined,
  localParent: RecordingSpan | undefined,
): Span => {
  const kind = options.kind ?? KIND_INTERNAL
  const links = options.links ?? []
  const native = options.native ?? localParent?.localTrace.native
  const platform = native && startNative(native, name, localParent)
  const ids = native ? nativeIds(platform, native.caller) : options.ids
  const traceId =
    parentContext?.traceId ??
    ids?.traceId ??
    newId(recorder, 'generateTraceId', isValidTraceId, newTraceId)
  const parentOnly = parentContext ? context : trace.deleteSpan(context)
  const sampling = platform
    ? {
        decision: platform.isTraced ? DECISION_RECORD_AND_SAMPLED : DECISION_RECORD,
      }
    : (recorder.guard('traces.sampler', () =>
        recorder.sampler.shouldSample(
          parentOnly,
          traceId,
          name,
          kind,
          options.attributes ?? {},
          links,
        ),
      ) ?? { decision: DECISION_NOT_RECORD })
  const sampled = sampling.decision === DECISION_RECORD_AND_SAMPLED
  const random = parentContext
    ? parentContext.traceFlags & RANDOM_FLAG
    : recorder.idGenerator
      ? 0
      : RANDOM_FLAG
  const traceState = sampling.traceState ?? parentContext?.traceState
  const spanContext: SpanContext = {
    traceId,
    spanId: ids?.spanId ?? newId(recorder, 'generateSpanId', isValidSpanId, newSpanId),
    traceFlags: random | (sampled ? FLAG_SAMPLED : 0),
  }
  if (traceState) {
    spanContext.traceState = traceState
  }
  if (sampling.decision === DECISION_NOT_RECORD && !recorder.tail) {
    recorder.noteStarted(0, parentContext)
    return trace.wrapSpanContext(spanContext)
  }
  const localTrace = localParent?.localTrace ?? recorder.newTrace(native)
  const span = new RecordingSpan(
    localTrace,
    scope,
    name,
    kind,
    spanContext,
    parentContext,
    options.startTime,
  )
  localTrace.root ??= span
  if (platform) {
    platformSpans.set(span, platform)
  }
  if (options.attributes) {
    span.setAttributes(options.attributes)
  }
  if (sampling.attributes) {
    span.setAttributes(sampling.attributes)
  }
  span.addLinks(links)
  recorder.started(span, context)
  return span
}

/** The user's generator decides. A wrong id would make the receiver refuse the whole batch. */
const newId = (
  recorder: SpanRecorder,
  generate: keyof IdGenerator,
  isValid: (id: string) => boolean,
  random: () => string,
): string => {
  const { idGenerator } = recorder
  const id = idGenerator && recorder.guard('traces.idGenerator', () => idGenerator[generate]())
  return id && isValid(id) ? id : random()
}
