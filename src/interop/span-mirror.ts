import { type Attributes, type Context, type SpanContext, trace } from '@opentelemetry/api'
import * as HONO_ATTR from '../base/hono-attributes.ts'
import { ROOT } from '../context/context.ts'
import type { LocalTrace } from '../traces/local-trace.ts'
import type { SpanRecorder } from '../traces/recorder.ts'
import { RecordingSpan } from '../traces/span.ts'
import { type ForeignSpan, scopeOf } from './foreign-span.ts'

/** Local traces with open spans that are remembered; of more, the oldest is given up and sent as it is. */
const MAX_LIVE = 1000

/** Changes what is copied: the span's copy gets what this returns as its attributes. */
export type Rewrite = (span: ForeignSpan, copy: RecordingSpan) => Attributes

/**
 * Records spans of another tracer as if they were ours: a copy of each goes through our processors, limits, tail
 * decision and queue. Its sampling is the other tracer's. What is still open when nobody waits any longer is sent as
 * it is, marked as incomplete.
 */
export class SpanMirror {
  readonly #recorder: SpanRecorder
  readonly #rewrite: Rewrite
  readonly #copies = new WeakMap<object, RecordingSpan>()
  readonly #live = new Map<LocalTrace<RecordingSpan>, Map<RecordingSpan, ForeignSpan>>()

  constructor(recorder: SpanRecorder, rewrite: Rewrite = ({ attributes }) => attributes) {
    this.#recorder = recorder
    this.#rewrite = rewrite
  }

  /** Call when a span starts. Not needed for spans that are only ever sampled or not, and never left open. */
  start(span: ForeignSpan, parentContext: Context): RecordingSpan {
    const parentSpan = trace.getSpan(parentContext)
    const parent =
      parentSpan instanceof RecordingSpan ? parentSpan : parentSpan && this.#copies.get(parentSpan)
    const copy = this.#copy(span, parent?.localTrace ?? this.#recorder.newTrace(), parentContext)
    this.#copies.set(span, copy)
    const { localTrace } = copy
    const open = this.#live.get(localTrace) ?? new Map<RecordingSpan, ForeignSpan>()
    this.#live.set(localTrace, open.set(copy, span))
    if (this.#live.size > MAX_LIVE) {
      for (const oldest of this.#live.keys()) {
        this.#abandon(oldest)
        break
      }
    }
    return copy
  }

  /**
   * Call when a span has ended.
   *
   * @returns Its local trace, if nothing of that is open any more.
   */
  end(span: ForeignSpan): LocalTrace<RecordingSpan> | undefined {
    const copy = this.#copies.get(span) ?? this.#copy(span, this.#recorder.newTrace(), ROOT)
    this.#finish(copy, span)
    return this.#live.has(copy.localTrace) ? undefined : copy.localTrace
  }

  /** Ends what is open of this trace, or of all, where its root has ended: nobody waits for it any longer. */
  abandonLate(traceId?: string): void {
    for (const localTrace of this.#live.keys()) {
      const { root } = localTrace
      if (root?.ended && (traceId === undefined || root.spanContext().traceId === traceId)) {
        this.#abandon(localTrace)
      }
    }
  }

  #abandon(localTrace: LocalTrace<RecordingSpan>): void {
    for (const [copy, span] of this.#live.get(localTrace) ?? []) {
      copy.setAttribute(HONO_ATTR.incomplete, true)
      this.#finish(copy, span)
    }
  }

  #copy(
    span: ForeignSpan,
    localTrace: LocalTrace<RecordingSpan>,
    parentContext: Context,
  ): RecordingSpan {
    // A tail decision sets the flag of our copy, not of theirs.
    const copy = new RecordingSpan(
      localTrace,
      scopeOf(span),
      span.name,
      span.kind,
      { ...span.spanContext() },
      parentOf(span, trace.getSpanContext(parentContext)),
      span.startTime,
    )
    localTrace.root ??= copy
    this.#recorder.started(copy, parentContext)
    return copy
  }

  #finish(copy: RecordingSpan, span: ForeignSpan): void {
    const { localTrace } = copy
    if (!copy.ended) {
      this.#recorder.guard('a span of another tracer', () => this.#fill(copy, span))
      copy.end(span.ended === false ? undefined : span.endTime)
    }
    const open = this.#live.get(localTrace)
    open?.delete(copy)
    if (!open?.size) {
      this.#live.delete(localTrace)
    }
  }

  #fill(copy: RecordingSpan, span: ForeignSpan): void {
    const { redact } = this.#recorder
    copy.updateName(span.name)
    copy.setAttributes(this.#rewrite(span, copy))
    for (const { name, attributes = {}, time } of span.events) {
      copy.addEvent(name, name === 'exception' ? redacted(attributes, redact) : attributes, time)
    }
    copy.addLinks(span.links)
    const { code, message } = span.status
    copy.setStatus({ code, ...(message !== undefined && { message: redact(message) }) })
    copy.attributeSet.dropped += span.droppedAttributesCount || 0
    copy.droppedEventsCount += span.droppedEventsCount || 0
    copy.droppedLinksCount += span.droppedLinksCount || 0
  }
}

/** SDK 1.x tells no more than the parent's id; the rest is in the context, or follows from the span's own. */
const parentOf = (span: ForeignSpan, active: SpanContext | undefined): SpanContext | undefined => {
  const { parentSpanContext, parentSpanId } = span
  if (parentSpanContext || !parentSpanId) {
    return parentSpanContext
  }
  if (active?.spanId === parentSpanId) {
    return active
  }
  const { traceId, traceFlags } = span.spanContext()
  return { traceId, spanId: parentSpanId, traceFlags }
}

const redacted = (attributes: Attributes, redact: (text: string) => string): Attributes => {
  const result = { ...attributes }
  for (const key of ['exception.message', 'exception.stacktrace']) {
    if (typeof result[key] === 'string') {
      result[key] = redact(result[key])
    }
  }
  return result
}
