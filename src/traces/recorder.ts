import type { Context, Sampler, SpanContext } from '@opentelemetry/api'
import { clockOffsetMs } from '../base/clock.ts'
import { FLAG_SAMPLED, STATUS_ERROR } from '../base/otel-enums.ts'
import { atOnce } from '../base/thenable.ts'
import { describeThrown } from '../base/thrown.ts'
import { endNative, type NativeTrace } from '../context/native-tracing.ts'
import type { IdGenerator } from './ids.ts'
import type { LocalTrace, Recorder } from './local-trace.ts'
import { OpenSpans } from './open-spans.ts'
import type { SpanLimits, TailOptions, TracesConfig } from './options.ts'
import type { ReadableResource, SpanProcessor } from './readable-span.ts'
import { createSampler } from './sampler.ts'
import type { RecordingSpan } from './span.ts'

/** Spans of one request that may wait for its tail decision. */
const MAX_WAITING = 1000

/** Where finished spans go, and who is told of those that do not get there. */
export interface SpanSink {
  add(span: RecordingSpan): void
  dropped(reason: string, count: number): void
}

/** Takes spans from start to end: processors, tail decision, hand-over to the sink. */
export class SpanRecorder implements Recorder<RecordingSpan> {
  readonly limits: SpanLimits
  readonly resource: ReadableResource
  readonly sampler: Sampler
  readonly exceptionEvents: boolean | undefined
  readonly idGenerator: IdGenerator | undefined
  readonly redact: (text: string) => string
  readonly tail: TailOptions | undefined
  /** Spans that were recorded, for the self-metrics. */
  /** Spans made, by what the sampler decided (0 drop, 1 record, 2 sample) and, within, by parent (0 none, 1 local, 2 remote). */
  readonly startedCounts: number[] = new Array(9).fill(0)
  /** Spans that processors have been given. */
  endedCount = 0
  /** Told when processors were given a span. */
  onProcessed: (() => void) | undefined
  readonly #processors: readonly SpanProcessor[]
  readonly #sink: SpanSink
  readonly #onFault: (what: string, error: string) => void

  constructor(
    config: TracesConfig,
    resource: ReadableResource,
    sink: SpanSink,
    onFault: (what: string, error: string) => void,
    redact: (text: string) => string,
  ) {
    this.limits = config.limits
    this.resource = resource
    this.sampler = createSampler(config)
    this.exceptionEvents = config.exceptionEvents
    this.idGenerator = config.idGenerator
    this.tail = config.tail
    this.#processors = config.processors
    this.#sink = sink
    this.#onFault = onFault
    this.redact = redact
  }

  newTrace(native?: NativeTrace): LocalTrace<RecordingSpan> {
    return {
      recorder: this,
      native,
      clockOffsetMs: clockOffsetMs(),
      waiting: this.tail && [],
      kept: false,
      hasError: false,
      open: new OpenSpans(),
      onIdle: undefined,
      untilRootEnds: undefined,
    }
  }

  /** Counts a span, also one that is not recorded. */
  noteStarted(decision: 0 | 1 | 2, parent: SpanContext | undefined): void {
    ;(this.startedCounts[3 * decision + (parent ? (parent.isRemote ? 2 : 1) : 0)] as number)++
  }

  started(span: RecordingSpan, parent: Context): void {
    const isSampled = span.spanContext().traceFlags & FLAG_SAMPLED
    this.noteStarted(isSampled ? 2 : 1, span.parentSpanContext)
    span.localTrace.open.add(span)
    for (const processor of this.#processors) {
      this.guard('a span processor', () => processor.onStart(span, parent))
    }
  }

  ending(span: RecordingSpan): void {
    for (const processor of this.#processors) {
      this.guard('a span processor', () => processor.onEnding?.(span))
    }
  }

  ended(span: RecordingSpan): void {
    this.endedCount++
    for (const processor of this.#processors) {
      this.guard('a span processor', () => processor.onEnd(span))
    }
    this.onProcessed?.()
    const { localTrace } = span
    if (span.status.code === STATUS_ERROR) {
      localTrace.hasError = true
    }
    const { native } = localTrace
    if (native) {
      endNative(span, native)
    } else if (localTrace.kept || span.spanContext().traceFlags & FLAG_SAMPLED) {
      this.#keep(span)
    } else if (span === localTrace.root && localTrace.waiting) {
      this.#decide(localTrace, span)
    } else if (localTrace.waiting && localTrace.waiting.length < MAX_WAITING) {
      localTrace.waiting.push(span)
    } else if (localTrace.waiting) {
      this.#sink.dropped('trace_too_large', 1)
    }
    localTrace.open.delete(span)
    if (!localTrace.open.size && localTrace.onIdle) {
      const { onIdle } = localTrace
      localTrace.onIdle = undefined
      onIdle()
    }
  }

  guard<T>(what: string, call: () => T): T | undefined {
    try {
      return atOnce(call())
    } catch (error) {
      this.#onFault(what, describeThrown(error))
      return undefined
    }
  }

  #decide(localTrace: LocalTrace<RecordingSpan>, root: RecordingSpan): void {
    const { errors = true, slowMs, keep } = this.tail ?? {}
    localTrace.kept =
      (errors && localTrace.hasError) ||
      (slowMs !== undefined && root.endMs - root.startMs >= slowMs) ||
      (keep !== undefined && this.guard('traces.tail.keep', () => keep(root)) === true)
    const spans = localTrace.waiting ?? []
    // Spans that end later follow the decision by themselves.
    localTrace.waiting = undefined
    if (localTrace.kept) {
      for (const span of spans) {
        this.#keep(span)
      }
      this.#keep(root)
    }
  }

  #keep(span: RecordingSpan): void {
    span.spanContext().traceFlags |= FLAG_SAMPLED
    this.#sink.add(span)
  }
}
