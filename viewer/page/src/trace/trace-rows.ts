import type { LogItem, TraceSpan, TraceView } from '../api-types.ts'

/** A line of the waterfall. */
export type TraceRow =
  | { kind: 'span'; span: TraceSpan; isFolded: boolean }
  | { kind: 'log'; log: LogItem; depth: number }

/** What belongs to spans, by their ids. */
export interface TraceIndex {
  spans: ReadonlyMap<string, TraceSpan>
  logs: ReadonlyMap<string, LogItem[]>
  /** Records that name no span of the trace. */
  otherLogs: LogItem[]
  /** Stretches of the critical path. */
  critical: ReadonlyMap<string, TraceView['criticalPath']>
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
  }
}

/** The lines that are shown: what is below a folded span is left out. */
export function rowsOf(
  { spans }: TraceView,
  index: TraceIndex,
  folded: ReadonlySet<string>,
  withLogs: boolean,
): TraceRow[] {
  const rows: TraceRow[] = []
  let hiddenBelow = Number.POSITIVE_INFINITY
  for (const span of spans) {
    if (span.depth > hiddenBelow) continue
    const isFolded = folded.has(span.spanId)
    hiddenBelow = isFolded ? span.depth : Number.POSITIVE_INFINITY
    rows.push({ kind: 'span', span, isFolded })
    if (!withLogs || isFolded) continue
    for (const log of index.logs.get(span.spanId) ?? []) {
      rows.push({ kind: 'log', log, depth: span.depth + 1 })
    }
  }
  if (withLogs) for (const log of index.otherLogs) rows.push({ kind: 'log', log, depth: 0 })
  return rows
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
