import { isHandedOn, type ReceivedSpan } from './span.ts'

export interface CollectorOptions {
  /** Called once for each trace, when it looks complete. Spans that come later make a second call. */
  onTrace: (spans: ReceivedSpan[]) => void
  /** How long a trace that lacks nothing waits for more. Default 150 ms. */
  settleMs?: number
  /** How long a trace waits for parents that are missing, and for work that it handed on. Default 5,000 ms. */
  missingMs?: number
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

/** Every parent is there, and what was handed on has come out at the other end. */
function isComplete(spans: ReadonlyMap<string, ReceivedSpan>): boolean {
  const continued = new Set<string>()
  for (const { parentSpanId, links } of spans.values()) {
    continued.add(parentSpanId)
    for (const link of links) continued.add(link.spanId)
  }
  for (const span of spans.values()) {
    if (span.parentSpanId && !span.remoteParent && !spans.has(span.parentSpanId)) return false
    if (isHandedOn(span) && !span.failed && !continued.has(span.spanId)) return false
  }
  return true
}

/** The trace that a span's own is shown with, if that is clear: messages of several came together. */
function traceOfOrigin({ parentSpanId, links }: ReceivedSpan): string | undefined {
  const traceIds = new Set(links.map((link) => link.traceId))
  return parentSpanId === '' && traceIds.size === 1 ? [...traceIds][0] : undefined
}

/**
 * Puts spans together that belong to one trace, whatever requests they came in. A trace that begins
 * with a link into another is part of that one: what a queue's consumer does, of the order it is for.
 */
export function collectTraces(options: CollectorOptions): TraceCollector {
  const { onTrace, settleMs = 150, missingMs = 5000, maxTraces = 1000 } = options
  const waiting = new Map<string, Waiting>()
  /** Which trace another one is shown with. */
  const shownWith = new Map<string, string>()

  const finish = (key: string): void => {
    const trace = waiting.get(key)
    if (!trace) return
    clearTimeout(trace.timer)
    waiting.delete(key)
    for (const [other, one] of shownWith) if (one === key) shownWith.delete(other)
    onTrace([...trace.spans.values()])
  }

  const traceFor = (key: string): Waiting => {
    const trace = waiting.get(key) ?? { spans: new Map(), timer: undefined }
    waiting.set(key, trace)
    return trace
  }

  /** What has arrived of one trace goes to the other, as will the rest. */
  const join = (traceId: string, origin: string): void => {
    if (traceId === origin || shownWith.has(traceId)) return
    shownWith.set(traceId, origin)
    for (const [other, one] of shownWith) if (one === traceId) shownWith.set(other, origin)
    const own = waiting.get(traceId)
    if (!own) return
    clearTimeout(own.timer)
    waiting.delete(traceId)
    const { spans } = traceFor(origin)
    for (const span of own.spans.values()) spans.set(span.spanId, span)
  }

  return {
    add: (spans) => {
      const touched = new Set<string>()
      for (const span of spans) {
        const origin = traceOfOrigin(span)
        if (origin) join(span.traceId, shownWith.get(origin) ?? origin)
        const key = shownWith.get(span.traceId) ?? span.traceId
        // A retried export brings the same span again.
        traceFor(key).spans.set(span.spanId, span)
        touched.add(key)
      }
      for (const key of touched) {
        const trace = waiting.get(key)
        if (!trace) continue
        clearTimeout(trace.timer)
        const delayMs = isComplete(trace.spans) ? settleMs : missingMs
        trace.timer = setTimeout(() => finish(key), delayMs)
      }
      for (const key of waiting.keys()) {
        if (waiting.size <= maxTraces) break
        finish(key)
      }
    },
    close: () => {
      for (const { timer } of waiting.values()) clearTimeout(timer)
      waiting.clear()
      shownWith.clear()
    },
  }
}
