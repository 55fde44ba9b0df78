import type { Context, Sampler, Span, SpanContext } from '@opentelemetry/api'
import * as HONO_ATTR from '../base/hono-attributes.ts'
import type { NativeTrace } from '../context/native-tracing.ts'
import type { IdGenerator } from './ids.ts'
import type { OpenSpans } from './open-spans.ts'
import type { SpanLimits, TailOptions } from './options.ts'
import type { ReadableResource } from './readable-span.ts'

/** What spans and their tracers ask of who takes them from start to end. */
export interface Recorder<S extends Span> {
  readonly limits: SpanLimits
  readonly resource: ReadableResource
  readonly sampler: Sampler
  /** Undefined: unless it is logged. */
  readonly exceptionEvents: boolean | undefined
  readonly idGenerator: IdGenerator | undefined
  readonly tail: TailOptions | undefined
  /** Takes secrets out of what exceptions say. */
  readonly redact: (text: string) => string
  newTrace(native?: NativeTrace): LocalTrace<S>
  /** Counts a span that is not recorded. */
  noteStarted(decision: 0, parent: SpanContext | undefined): void
  started(span: S, parent: Context): void
  ending(span: S): void
  ended(span: S): void
  /** Calls what is not ours: its faults are reported, never passed on. */
  guard<T>(what: string, call: () => T): T | undefined
}

/**
 * The part of a trace that this isolate records for one request: from the span without a local parent
 * to all below it. It has one clock and, with tail sampling, one decision.
 */
export interface LocalTrace<S extends Span = Span> {
  readonly recorder: Recorder<S>
  readonly clockOffsetMs: number
  /** Where the platform makes and exports the spans. */
  readonly native: NativeTrace | undefined
  /** Its first span, whose end decides. Set right after construction. */
  root?: S
  /** Spans that wait for the decision; undefined when there is nothing to wait for. */
  waiting: S[] | undefined
  /** The tail decision, once taken. */
  kept: boolean
  hasError: boolean
  /** Spans that have started and not ended. */
  readonly open: OpenSpans<S>
  /** Called, once, when none is open any more: work goes on in `waitUntil` after the request has ended. */
  onIdle: (() => void) | undefined
  /** Called when its first span ends. */
  untilRootEnds: Set<() => void> | undefined
}

/** Has it call back, once, when none of its spans is open. */
export const whenIdle = (trace: LocalTrace, call: () => void): void => {
  trace.onIdle = call
}

/** Ends what is still open, marked, so that it is exported rather than lost: nobody waits for it any longer. */
export const abandonTrace = (trace: LocalTrace): void => {
  trace.onIdle = undefined
  for (const span of trace.open.all()) {
    span.setAttribute(HONO_ATTR.incomplete, true)
    span.end()
  }
}
