import {
  type Context,
  INVALID_SPAN_CONTEXT,
  isValidSpanId,
  isValidTraceId,
  type Link,
  type Span,
  type SpanContext,
  type SpanKind,
  type SpanOptions,
  type Tracer,
  trace,
} from '@opentelemetry/api'
import type { InstrumentationScope } from '../base/instrumentation-scope.ts'
import {
  DECISION_NOT_RECORD,
  DECISION_RECORD,
  DECISION_RECORD_AND_SAMPLED,
  FLAG_SAMPLED,
  KIND_INTERNAL,
} from '../base/otel-enums.ts'
import { activeContext, isContext, runWithContext } from '../context/async-context.ts'
import {
  type NativeTrace,
  nativeIds,
  platformSpans,
  startNative,
} from '../context/native-tracing.ts'
import { isTracingSuppressed } from '../context/suppress.ts'
import { ownTraceState } from '../context/tracestate.ts'
import { type IdGenerator, newSpanId, newTraceId } from './ids.ts'
import type { Recorder } from './local-trace.ts'
import { RecordingSpan } from './span.ts'
import { plainSpanContext } from './span-context.ts'

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
  readonly #recorder: Recorder<RecordingSpan>
  readonly #scope: InstrumentationScope

  constructor(recorder: Recorder<RecordingSpan>, scope: InstrumentationScope) {
    this.#recorder = recorder
    this.#scope = scope
  }

  /** Never throws: options that cannot be read are left out, and a context that is none is not used. */
  startSpan(name: string, options?: FixedSpanOptions, context?: Context): Span {
    try {
      return this.#start(name, options ?? {}, context ?? activeContext())
    } catch {
      try {
        return this.#start(name, {}, activeContext())
      } catch {
        return trace.wrapSpanContext(INVALID_SPAN_CONTEXT)
      }
    }
  }

  #start(name: string, options: FixedSpanOptions, context: Context): Span {
    const parent = options.root ? undefined : trace.getSpan(context)
    const local = parent instanceof RecordingSpan ? parent : undefined
    const parentContext = local?.spanContext() ?? (parent && plainSpanContext(parent.spanContext()))
    if (isTracingSuppressed(context)) {
      return trace.wrapSpanContext(parentContext ?? INVALID_SPAN_CONTEXT)
    }
    // A child is recorded by whoever records its parent, so that two pipelines in one isolate never mix.
    return startSpan(
      local?.localTrace.recorder ?? this.#recorder,
      this.#scope,
      name,
      options,
      context,
      parentContext,
      local,
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
    const fn = rest.at(-1)
    if (typeof fn !== 'function') {
      return undefined as ReturnType<F>
    }
    const options = rest.length > 1 ? (rest[0] as SpanOptions) : undefined
    const given = rest.length > 2 ? (rest[1] as Context) : undefined
    const parent = isContext(given) ? given : activeContext()
    const span = this.startSpan(name, options, parent)
    return runWithContext(trace.setSpan(parent, span), () => fn(span)) as ReturnType<F>
  }
}

const NO_LINKS: Link[] = []

/** Others have no number in the protocol, and the receiver would refuse the whole batch. */
const isKind = (kind: unknown): kind is SpanKind =>
  kind === 0 || kind === 1 || kind === 2 || kind === 3 || kind === 4

const startSpan = (
  recorder: Recorder<RecordingSpan>,
  scope: InstrumentationScope,
  name: string,
  options: FixedSpanOptions,
  context: Context,
  parentContext: SpanContext | undefined,
  localParent: RecordingSpan | undefined,
): Span => {
  // Read once, before anything is made: a getter may throw.
  const { kind: given, links = NO_LINKS, attributes, startTime } = options
  const kind = isKind(given) ? given : KIND_INTERNAL
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
        recorder.sampler.shouldSample(parentOnly, traceId, name, kind, attributes ?? {}, links),
      ) ?? { decision: DECISION_NOT_RECORD })
  const sampled = sampling.decision === DECISION_RECORD_AND_SAMPLED
  const random = parentContext
    ? parentContext.traceFlags & RANDOM_FLAG
    : recorder.idGenerator
      ? 0
      : RANDOM_FLAG
  const traceState = ownTraceState(sampling.traceState ?? parentContext?.traceState)
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
    startTime,
  )
  localTrace.root ??= span
  if (platform) {
    platformSpans.set(span, platform)
  }
  if (attributes) {
    span.setAttributes(attributes)
  }
  if (sampling.attributes) {
    span.setAttributes(sampling.attributes)
  }
  if (links !== NO_LINKS) {
    span.addLinks(links)
  }
  recorder.started(span, context)
  return span
}

/** The user's generator decides. A wrong id would make the receiver refuse the whole batch. */
const newId = (
  recorder: Recorder<RecordingSpan>,
  generate: keyof IdGenerator,
  isValid: (id: string) => boolean,
  random: () => string,
): string => {
  const { idGenerator } = recorder
  const id = idGenerator && recorder.guard('traces.idGenerator', () => idGenerator[generate]())
  return id && isValid(id) ? id : random()
}
