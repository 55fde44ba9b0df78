import type { LogItem, TraceSpan, TraceView } from '../api-types.ts'

/** A line of the waterfall. */
export type TraceRow =
  | { kind: 'span'; span: TraceSpan; isFolded: boolean; isOnTheWay: boolean }
  | { kind: 'log'; log: LogItem; depth: number; offsetMs: number }

/** What belongs to spans, by their ids. */
export interface TraceIndex {
  spans: ReadonlyMap<string, TraceSpan>
  logs: ReadonlyMap<string, LogItem[]>
  /** Records that name no span of the trace. */
  otherLogs: LogItem[]
  /** Stretches of the critical path. */
  critical: ReadonlyMap<string, TraceView['criticalPath']>
  /** Levels of the deepest span. */
  depth: number
}

/** What is shown of a trace. */
export interface Shown {
  isFolded: (span: TraceSpan) => boolean
  withLogs: boolean
  /** Spans that are wanted; those above them are shown as the way there. Undefined for all. */
  wanted?: ReadonlySet<string> | undefined
}

export function indexOf({ spans, logs, criticalPath }: TraceView): TraceIndex {
  const byId = new Map(spans.map((span) => [span.spanId, span]))
  return {
    spans: byId,
    logs: Map.groupBy(
      logs.filter(({ spanId }) => spanId !== null && byId.has(spanId)),
      ({ spanId }) => spanId as string,
    ),
    otherLogs: logs.filter(({ spanId }) => spanId === null || !byId.has(spanId)),
    critical: Map.groupBy(criticalPath, ({ spanId }) => spanId),
    depth: spans.reduce((deepest, { depth }) => Math.max(deepest, depth), 0),
  }
}

/** The lines that are shown: what is below a folded span is left out, as is what is not wanted. */
export function rowsOf({ trace, spans }: TraceView, index: TraceIndex, shown: Shown): TraceRow[] {
  const { withLogs, wanted } = shown
  const way = wanted && wayTo(index.spans, wanted)
  const rows: TraceRow[] = []
  const addLog = (log: LogItem, depth: number, skewMs: number): void => {
    rows.push({ kind: 'log', log, depth, offsetMs: log.timeMs - trace.startMs + skewMs })
  }
  let hiddenBelow = Number.POSITIVE_INFINITY
  for (const span of spans) {
    if (span.depth > hiddenBelow) continue
    hiddenBelow = Number.POSITIVE_INFINITY
    const isOnTheWay = wanted !== undefined && !wanted.has(span.spanId)
    if (isOnTheWay && !way?.has(span.spanId)) continue
    const isFolded = span.children > 0 && shown.isFolded(span)
    if (isFolded) hiddenBelow = span.depth
    rows.push({ kind: 'span', span, isFolded, isOnTheWay })
    if (!withLogs || isFolded || isOnTheWay) continue
    for (const log of index.logs.get(span.spanId) ?? []) addLog(log, span.depth + 1, span.skewMs)
  }
  if (withLogs && !wanted) for (const log of index.otherLogs) addLog(log, 0, 0)
  return rows
}

/** The spans above those that are wanted. */
function wayTo(spans: TraceIndex['spans'], wanted: ReadonlySet<string>): Set<string> {
  const way = new Set<string>()
  for (const spanId of wanted) {
    let parent = spans.get(spanId)?.parentSpanId ?? null
    while (parent !== null && spans.has(parent) && !way.has(parent)) {
      way.add(parent)
      parent = spans.get(parent)?.parentSpanId ?? null
    }
  }
  return way
}

/** The spans above one, the next first. */
export function ancestors(spans: TraceIndex['spans'], spanId: string): string[] {
  const above: string[] = []
  const seen = new Set([spanId])
  let parent = spans.get(spanId)?.parentSpanId ?? null
  while (parent !== null && spans.has(parent) && !seen.has(parent)) {
    above.push(parent)
    seen.add(parent)
    parent = spans.get(parent)?.parentSpanId ?? null
  }
  return above
}
