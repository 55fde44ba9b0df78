import { type Plain, toPlainObject } from '../otlp/value.ts'
import type { Sql } from '../sql/sql.ts'
import { selfTimeNs } from './critical-path.ts'
import { textOfPlain } from './metric-points.ts'
import type { TreeNode } from './span-tree.ts'
import { type LoadedSpan, loadSpans } from './trace.ts'
import { type SpanKind, type TraceItem, traceItem } from './trace-item.ts'

/** One side of a pair. */
export interface ComparedSpan {
  spanId: string
  offsetMs: number
  durationMs: number
  selfMs: number
  status: 'unset' | 'ok' | 'error'
}

/** Two spans at the same place of two traces, or one that the other trace lacks. */
export interface ComparedPair {
  depth: number
  name: string
  service: string
  kind: SpanKind
  a: ComparedSpan | null
  b: ComparedSpan | null
  /** How much longer `b` took; null when one is missing. */
  deltaMs: number | null
  /** Attributes that differ, the first ten; null where one has none. */
  differences: { key: string; a: Plain; b: Plain }[]
}

/** Two traces side by side. */
export interface Comparison {
  a: TraceItem
  b: TraceItem
  deltaMs: number
  pairs: ComparedPair[]
}

type Node = TreeNode<LoadedSpan>
const MAX_DIFFERENCES = 10

/**
 * Lays two traces over each other. Under the same parent, spans of the same service, kind and name
 * are pairs in the order of their starts. Undefined when one is unknown.
 */
export function compareTraces(sql: Sql, idA: string, idB: string): Comparison | undefined {
  const [first, second] = [loadSpans(sql, idA), loadSpans(sql, idB)]
  if (!first || !second) return undefined
  const [a, b] = [traceItem(first.summary), traceItem(second.summary)]
  const pairs: ComparedPair[] = []
  const stack = pairUp(first.roots, second.roots).reverse()
  for (let pair = stack.pop(); pair; pair = stack.pop()) {
    pairs.push(pairItem(pair))
    stack.push(...pairUp(pair.a?.children ?? [], pair.b?.children ?? []).reverse())
  }
  return { a, b, deltaMs: b.durationMs - a.durationMs, pairs }
}

interface Pair {
  a: Node | undefined
  b: Node | undefined
}

function pairUp(as: readonly Node[], bs: readonly Node[]): Pair[] {
  const waiting = new Map<string, Node[]>()
  for (const b of bs) {
    const label = labelOf(b)
    const list = waiting.get(label)
    if (list) list.push(b)
    else waiting.set(label, [b])
  }
  for (const list of waiting.values()) list.reverse()
  const pairs = as.map((a): Pair => ({ a, b: waiting.get(labelOf(a))?.pop() }))
  const found = new Set(pairs.map(({ b }) => b))
  return [...pairs, ...bs.filter((b) => !found.has(b)).map((b): Pair => ({ a: undefined, b }))]
}

const labelOf = ({ span: { item } }: Node): string =>
  JSON.stringify([item.service, item.kind, item.name])

function pairItem({ a, b }: Pair): ComparedPair {
  const node = (a ?? b) as Node
  const { name, service, kind } = node.span.item
  return {
    depth: node.depth,
    name,
    service,
    kind,
    a: a ? side(a) : null,
    b: b ? side(b) : null,
    deltaMs: a && b ? b.span.item.durationMs - a.span.item.durationMs : null,
    differences: a && b ? differences(a, b) : [],
  }
}

function side(node: Node): ComparedSpan {
  const { spanId, durationMs, status } = node.span.item
  const offsetMs = node.span.startNs / 1e6
  return { spanId, offsetMs, durationMs, selfMs: selfTimeNs(node) / 1e6, status }
}

function differences(a: Node, b: Node): ComparedPair['differences'] {
  const [inA, inB] = [a, b].map(({ span }) => toPlainObject(span.detail.attributes))
  const keys = new Set([...Object.keys(inA ?? {}), ...Object.keys(inB ?? {})])
  return [...keys]
    .map((key) => ({ key, a: inA?.[key] ?? null, b: inB?.[key] ?? null }))
    .filter((each) => textOfPlain(each.a) !== textOfPlain(each.b))
    .slice(0, MAX_DIFFERENCES)
}
