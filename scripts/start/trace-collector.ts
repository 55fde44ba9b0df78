import type { ReceivedSpan } from './span.ts'

export interface CollectorOptions {
  /** Called once for each trace, when it looks complete. Spans that come later make a second call. */
  onTrace: (spans: ReceivedSpan[]) => void
  /** How long a trace whose spans all have their parents waits for more. Default 150 ms. */
  settleMs?: number
  /** How long a trace waits for parents that are missing. Default 2,000 ms. */
  orphanMs?: number
  /** Most traces waiting at once; beyond it, the oldest is handed on early. Default 1,000. */
  maxTraces?: number
}

export interface TraceCollector {
  add: (spans: readonly ReceivedSpan[]) => void
  /** Forgets what is waiting and stops all timers. */
  close: () => void
}

interface Waiting {
  spans: Map<string, ReceivedSpan>
  timer: NodeJS.Timeout | undefined
}

function complete(spans: ReadonlyMap<string, ReceivedSpan>): boolean {
  for (const span of spans.values()) {
    if (span.parentSpanId && !span.remoteParent && !spans.has(span.parentSpanId)) return false
  }
  return true
}

/** Puts spans together that belong to one trace, whatever requests they came in. */
export function collectTraces(options: CollectorOptions): TraceCollector {
  const { onTrace, settleMs = 150, orphanMs = 2000, maxTraces = 1000 } = options
  const waiting = new Map<string, Waiting>()

  const finish = (traceId: string): void => {
    const trace = waiting.get(traceId)
    if (!trace) return
    clearTimeout(trace.timer)
    waiting.delete(traceId)
    onTrace([...trace.spans.values()])
  }

  return {
    add: (spans) => {
      const touched = new Set<string>()
      for (const span of spans) {
        const trace = waiting.get(span.traceId) ?? { spans: new Map(), timer: undefined }
        waiting.set(span.traceId, trace)
        // A retried export brings the same span again.
        trace.spans.set(span.spanId, span)
        touched.add(span.traceId)
      }
      for (const traceId of touched) {
        const trace = waiting.get(traceId)
        if (!trace) continue
        clearTimeout(trace.timer)
        const delayMs = complete(trace.spans) ? settleMs : orphanMs
        trace.timer = setTimeout(() => finish(traceId), delayMs)
      }
      for (const traceId of waiting.keys()) {
        if (waiting.size <= maxTraces) break
        finish(traceId)
      }
    },
    close: () => {
      for (const { timer } of waiting.values()) clearTimeout(timer)
      waiting.clear()
    },
  }
}
