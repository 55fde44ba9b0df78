import type { SpanItem, SpanParts } from '../query/span-item.ts'
import { type TraceSpan, type TraceView, viewSpan } from '../query/trace.ts'
import type { Sql } from '../sql/sql.ts'
import { type Compact, compact, compactLog, compactTrace } from './compact.ts'

/** Spans of a large trace whose attributes are looked up one by one. */
const MAX_LOOKED_UP = 200

const SEVERITIES = ['fatal', 'error', 'warn']

/**
 * A trace for someone who pays by the word: each resource once, failed spans and those on the critical
 * path first, then the longest; warnings before other records.
 */
export function compactTraceView(sql: Sql, view: TraceView): Compact {
  const { trace, logs, criticalPath, truncated } = view
  const resources = new Map<string, { name: string; attributes: Compact }>()
  const resourceOf = (attributes: Compact): string => {
    const key = JSON.stringify(attributes)
    const known = resources.get(key) ?? { name: `r${resources.size + 1}`, attributes }
    resources.set(key, known)
    return known.name
  }
  const spans = byImportance(view).map((span, at) => {
    const isWhole = span.attributes !== undefined
    const found = isWhole || at >= MAX_LOOKED_UP ? span : viewSpan(sql, trace.traceId, span.spanId)
    return compactSpan({ ...span, ...found }, trace.traceId, resourceOf)
  })
  const names = new Map(view.spans.map(({ spanId, name }) => [spanId, name]))
  const rank = ({ level }: { level: string }): number =>
    (SEVERITIES.indexOf(level) + SEVERITIES.length + 1) % (SEVERITIES.length + 1)
  return {
    trace: compactTrace(trace),
    ...(truncated && { truncated }),
    resources: Object.fromEntries(
      [...resources.values()].map(({ name, attributes }) => [name, attributes]),
    ),
    criticalPath: criticalPath.map(({ spanId, offsetMs, durationMs }) =>
      compact({ id: spanId, name: names.get(spanId), atMs: offsetMs, ms: durationMs }),
    ),
    spans,
    logs: [...logs]
      .sort((a, b) => rank(a) - rank(b) || a.timeMs - b.timeMs)
      .map((each) => ({
        ...compactLog({ ...each, traceId: null }),
        atMs: Math.round((each.timeMs - trace.startMs) * 1000) / 1000,
      })),
  }
}

/** One span alone, with its resource. */
export function compactWholeSpan(span: SpanItem & SpanParts): Compact {
  return { ...compactSpan(span, span.traceId), resource: span.resource, scope: span.scope.name }
}

function byImportance({ spans }: TraceView): TraceSpan[] {
  const rank = (span: TraceSpan): number =>
    span.status === 'error' ? 0 : span.criticalMs > 0 ? 1 : span.depth === 0 ? 2 : 3
  return [...spans].sort(
    (a, b) => rank(a) - rank(b) || b.criticalMs - a.criticalMs || b.durationMs - a.durationMs,
  )
}

function compactSpan(
  span: SpanItem & Partial<SpanParts> & Partial<TraceSpan>,
  traceId: string,
  resourceOf?: (attributes: Compact) => string,
): Compact {
  return compact({
    id: span.spanId,
    parent: span.parentSpanId,
    name: span.name,
    kind: span.kind === 'internal' ? undefined : span.kind,
    service: resourceOf ? undefined : span.service,
    resource: resourceOf && span.resource && resourceOf(span.resource),
    atMs: span.offsetMs,
    ms: span.durationMs,
    selfMs: span.selfMs === span.durationMs ? undefined : span.selfMs,
    criticalMs: span.criticalMs || undefined,
    status: span.status === 'unset' ? undefined : span.status,
    message: span.statusMessage,
    attributes: span.attributes,
    events: span.events?.map(({ name, offsetMs, attributes }) =>
      compact({ name, atMs: offsetMs, attributes }),
    ),
    links: span.links?.map((link) =>
      compact({
        traceId: link.traceId === traceId ? undefined : link.traceId,
        spanId: link.spanId,
        attributes: link.attributes,
      }),
    ),
    parentMissing: span.parentMissing || undefined,
  })
}
