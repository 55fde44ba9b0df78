import type { SpanDetail } from '../otlp/model.ts'
import { attributeOf, type PackedAttributes, textOf } from '../otlp/value.ts'
import { SPANS_PER_TRACE } from '../sql/schema.ts'
import type { Row, Sql } from '../sql/sql.ts'
import { summaryOf, type TraceSummary } from '../store/trace-summary.ts'
import { type ClockedSpan, correctClocks } from './clock-skew.ts'
import { type CriticalSegment, criticalPath, selfTimeNs } from './critical-path.ts'
import { type ExemplarItem, exemplarsOfTrace } from './exemplars.ts'
import { type Highlight, highlightsOf } from './highlights.ts'
import { type LogItem, logsOfTrace } from './logs.ts'
import { SPAN_COLUMNS, type SpanItem, type SpanParts, spanItem, spanParts } from './span-item.ts'
import { buildTree, flatten, type TreeNode } from './span-tree.ts'
import { type TraceItem, traceItem } from './trace-item.ts'

/** Spans that one answer holds. */
export const MAX_SPANS_SHOWN = 10_000

/** Up to so many spans, an answer has all of their attributes, events and links. */
export const MAX_SPANS_IN_DETAIL = 1000

/** And up to so many bytes. */
const MAX_BYTES_IN_DETAIL = 8 * 1024 * 1024

/** Up to so many bytes, attributes are read to be told in short. */
const MAX_BYTES_IN_SHORT = 32 * 1024 * 1024

/** Of a trace that is too large, only what a waterfall needs is read. */
const SHORT_DETAIL =
  "json_object('startNano', s.detail ->> '$.startNano', 'endNano', s.detail ->> '$.endNano', 'statusMessage', s.detail ->> '$.statusMessage', 'attributes', json('[]')) AS detail"

/** A span in the view of its trace. */
export interface TraceSpan extends SpanItem, Partial<SpanParts> {
  /** 0 at the top. */
  depth: number
  children: number
  /** After the trace's start. */
  offsetMs: number
  /** Not spent in children. */
  selfMs: number
  /** On the critical path, in this span itself. */
  criticalMs: number
  /** Its parent is not here (yet). */
  parentMissing: boolean
  /** Its parents lead back to itself. */
  inCycle: boolean
  /** How far its clock was put right: added to its times in `offsetMs`, not in `startMs`. */
  skewMs: number
  /** What is worth a place beside its bar: status, database, query, route. */
  highlights: Highlight[]
}

/** Spans whose clock was put right by the same. */
export interface ClockSkew {
  service: string
  skewMs: number
  spans: number
}

/** One trace in whole. */
export interface TraceView {
  trace: TraceItem
  /** Parents before their children, siblings by their starts. */
  spans: TraceSpan[]
  /** Attributes, events and links are in `spans`; otherwise ask for single spans. */
  detailed: boolean
  /** There are more spans than are here. */
  truncated: boolean
  criticalPath: { spanId: string; offsetMs: number; durationMs: number }[]
  logs: LogItem[]
  exemplars: ExemplarItem[]
  /** Clocks that were wrong, and were put right in `offsetMs`. */
  clockSkew: ClockSkew[]
}

/** A span with its place on the trace's time line. */
export interface LoadedSpan extends ClockedSpan {
  item: SpanItem
  detail: SpanDetail
  row: Row
}

/** The spans of a trace, and their tree. Undefined for an unknown trace. */
export interface LoadedTrace {
  summary: TraceSummary
  roots: TreeNode<LoadedSpan>[]
  nodes: TreeNode<LoadedSpan>[]
  /** The spans have their attributes, events and links. */
  detailed: boolean
}

/** Reads a trace. */
export function loadSpans(sql: Sql, traceId: string): LoadedTrace | undefined {
  const row = sql.all('SELECT * FROM traces WHERE trace_id = ? AND spans > 0', traceId)[0]
  if (!row) return undefined
  const summary = summaryOf(row)
  const detailed = summary.spans <= MAX_SPANS_IN_DETAIL && summary.bytes <= MAX_BYTES_IN_DETAIL
  const isShort = summary.bytes > MAX_BYTES_IN_SHORT
  const columns = !isShort ? SPAN_COLUMNS : SPAN_COLUMNS.replace('s.detail', SHORT_DETAIL)
  const rows = sql.all(
    `SELECT ${columns}, s.scope, s.resource FROM spans s JOIN resources r ON r.id = s.resource WHERE s.id >= ? AND s.id < ? LIMIT ?`,
    summary.id * SPANS_PER_TRACE,
    (summary.id + 1) * SPANS_PER_TRACE,
    MAX_SPANS_SHOWN,
  )
  const details = rows.map((each) => JSON.parse(String(each.detail)) as SpanDetail)
  const times = details.map(({ startNano }) => BigInt(startNano))
  const origin = [...times].sort((a, b) => (a < b ? -1 : 1))[0] ?? 0n
  const clocks = clocksOf(sql, rows)
  const spans = rows.map((each, i): LoadedSpan => {
    const item = spanItem(traceId, each, details[i] as SpanDetail)
    const detail = details[i] as SpanDetail
    const startNs = Number((times[i] as bigint) - origin)
    return {
      spanId: String(each.span_id),
      parentSpanId: each.parent_id ? String(each.parent_id) : null,
      startNs,
      endNs: startNs + Number(each.duration_ns),
      kind: item.kind,
      clock: clocks.get(Number(each.resource)) ?? '',
      item,
      detail,
      row: each,
    }
  })
  const roots = buildTree(spans)
  return { summary, roots, nodes: flatten(roots), detailed }
}

/** One trace with its tree, critical path, logs and exemplars. */
export function viewTrace(
  sql: Sql,
  traceId: string,
  clock: 'right' | 'sent' = 'right',
): TraceView | undefined {
  const loaded = loadSpans(sql, traceId)
  if (!loaded) return undefined
  const { summary, roots, detailed } = loaded
  const skews = clock === 'sent' ? new Map() : correctClocks(roots)
  // Those that were moved stand elsewhere among their siblings.
  const nodes = skews.size > 0 ? fromStart(flatten(roots)) : loaded.nodes
  const segments = pathOf(roots)
  const critical = new Map<string, number>()
  for (const { spanId, startNs, endNs } of segments) {
    critical.set(spanId, (critical.get(spanId) ?? 0) + endNs - startNs)
  }
  const shared = detailed ? sharedParts(sql, nodes) : undefined
  return {
    trace: skews.size > 0 ? corrected(traceItem(summary), nodes) : traceItem(summary),
    spans: nodes.map((node) => ({
      ...node.span.item,
      depth: node.depth,
      children: node.children.length,
      offsetMs: node.span.startNs / 1e6,
      selfMs: selfTimeNs(node) / 1e6,
      criticalMs: (critical.get(node.span.spanId) ?? 0) / 1e6,
      parentMissing: node.parentMissing,
      inCycle: node.inCycle,
      skewMs: (skews.get(node) ?? 0) / 1e6,
      highlights: highlightsOf(node.span.detail.attributes, node.span.kind),
      ...shared?.(node.span),
    })),
    detailed,
    truncated: summary.spans > nodes.length,
    criticalPath: segments.map(({ spanId, startNs, endNs }) => ({
      spanId,
      offsetMs: startNs / 1e6,
      durationMs: (endNs - startNs) / 1e6,
    })),
    logs: logsOfTrace(sql, traceId),
    exemplars: exemplarsOfTrace(sql, traceId),
    clockSkew: skewsByService(skews),
  }
}

/** Counts from the first start, which may be another when clocks were put right. */
function fromStart(nodes: TreeNode<LoadedSpan>[]): TreeNode<LoadedSpan>[] {
  const first = nodes.reduce((least, { span }) => Math.min(least, span.startNs), Infinity)
  for (const { span } of nodes) {
    span.startNs -= first
    span.endNs -= first
  }
  return nodes
}

function corrected(trace: TraceItem, nodes: readonly TreeNode<LoadedSpan>[]): TraceItem {
  const first = nodes.find(({ span }) => span.startNs === 0)
  const endNs = nodes.reduce((last, { span }) => Math.max(last, span.endNs), 0)
  return { ...trace, startMs: first?.span.item.startMs ?? trace.startMs, durationMs: endNs / 1e6 }
}

function skewsByService(skews: ReadonlyMap<TreeNode<LoadedSpan>, number>): ClockSkew[] {
  const found = new Map<string, ClockSkew>()
  for (const [{ span }, skewNs] of skews) {
    const { service } = span.item
    const key = `${skewNs} ${service}`
    const skew = found.get(key) ?? { service, skewMs: skewNs / 1e6, spans: 0 }
    skew.spans++
    found.set(key, skew)
  }
  return [...found.values()]
}

/** Attributes of a resource that name a machine; without any, each instance has its own clock. */
const MACHINES = ['host.id', 'host.name', 'host.ip', 'service.instance.id']

/** The clock of each resource. */
function clocksOf(sql: Sql, rows: readonly Row[]): Map<number, string> {
  const ids = new Set(rows.map(({ resource }) => Number(resource)))
  const clocks = new Map<number, string>()
  for (const id of ids) {
    const content = sql.all('SELECT content FROM resources WHERE id = ?', id)[0]?.content
    const attributes = JSON.parse(String(content)).attributes as PackedAttributes
    const machine = MACHINES.map((key) => textOf(attributeOf(attributes, key))).find(Boolean)
    clocks.set(id, machine ?? textOf(attributeOf(attributes, 'service.name')))
  }
  return clocks
}

/** One span in whole. */
export function viewSpan(
  sql: Sql,
  traceId: string,
  spanId: string,
): (SpanItem & SpanParts) | undefined {
  const row = sql.all(
    `SELECT ${SPAN_COLUMNS}, c.content AS scope, r.content AS resource FROM traces t JOIN spans s ON s.trace = t.id JOIN resources r ON r.id = s.resource JOIN scopes c ON c.id = s.scope WHERE t.trace_id = ? AND s.span_id = ?`,
    traceId,
    spanId,
  )[0]
  if (!row) return undefined
  const detail = JSON.parse(String(row.detail)) as SpanDetail
  return {
    ...spanItem(traceId, row, detail),
    ...spanParts(detail, String(row.scope), String(row.resource)),
  }
}

/** The path of the tree that ends last; with several at the top, of the longest. */
function pathOf(roots: readonly TreeNode<LoadedSpan>[]): CriticalSegment[] {
  const length = ({ span }: TreeNode<LoadedSpan>): number => span.endNs - span.startNs
  const [first, ...others] = roots
  if (!first) return []
  return criticalPath(others.reduce((a, b) => (length(b) > length(a) ? b : a), first))
}

/** Reads scopes and resources once for all spans. */
function sharedParts(
  sql: Sql,
  nodes: readonly TreeNode<LoadedSpan>[],
): (span: LoadedSpan) => SpanParts {
  const read = (table: 'scopes' | 'resources', ids: Set<number>): Map<number, string> =>
    new Map(
      [...ids].map((id) => [
        id,
        String(sql.all(`SELECT content FROM ${table} WHERE id = ?`, id)[0]?.content),
      ]),
    )
  const scopes = read('scopes', new Set(nodes.map(({ span }) => Number(span.row.scope))))
  const resources = read('resources', new Set(nodes.map(({ span }) => Number(span.row.resource))))
  return ({ detail, row }) =>
    spanParts(
      detail,
      scopes.get(Number(row.scope)) as string,
      resources.get(Number(row.resource)) as string,
    )
}
