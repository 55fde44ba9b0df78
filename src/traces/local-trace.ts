import * as HONO_ATTR from '../base/hono-attributes.ts'
import type { NativeTrace } from '../context/native-tracing.ts'
import type { SpanRecorder } from './recorder.ts'
import type { RecordingSpan } from './span.ts'

/**
 * The part of a trace that this isolate records for one request: from the span without a local parent
 * to all below it. It has one clock and, with tail sampling, one decision.
 */
export interface LocalTrace {
  readonly recorder: SpanRecorder
  readonly clockOffsetMs: number
  /** Where the platform makes and exports the spans. */
  readonly native: NativeTrace | undefined
  /** Its first span, whose end decides. Set right after construction. */
  root?: RecordingSpan
  /** Spans that wait for the decision; undefined when there is nothing to wait for. */
  waiting: RecordingSpan[] | undefined
  /** The tail decision, once taken. */
  kept: boolean
  hasError: boolean
  /** Spans that have started and not ended. */
  readonly open: Set<RecordingSpan>
  /** Called, once, when none is open any more: work goes on in `waitUntil` after the request has ended. */
  onIdle: (() => void) | undefined
  /** Called when its first span ends. */
  untilRootEnds: Set<() => void> | undefined
}

/** Ends what is still open, marked, so that it is exported rather than lost: nobody waits for it any longer. */
export const abandonTrace = (trace: LocalTrace): void => {
  trace.onIdle = undefined
  for (const span of trace.open) {
    span.setAttribute(HONO_ATTR.incomplete, true)
    span.end()
  }
}
