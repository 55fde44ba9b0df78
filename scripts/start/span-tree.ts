import type { ReceivedSpan } from './span.ts'

/** A span and where it stands in its trace. */
export interface TreeRow {
  span: ReceivedSpan
  /** Lines drawn before the name, empty for a root. */
  branch: string
  /** Lines drawn before whatever belongs to the span on the next line. */
  below: string
  /** The parent was named but has not arrived. */
  orphan: boolean
  /** It begins a trace of its own, drawn where it goes back to. */
  linked: boolean
}

const byStart = (a: ReceivedSpan, b: ReceivedSpan): number =>
  a.startNano < b.startNano ? -1 : a.startNano > b.startNano ? 1 : 0

/** Puts spans in depth-first order, siblings by start. Every span appears once, roots below what they are linked to. */
export function treeRows(spans: readonly ReceivedSpan[]): TreeRow[] {
  const sorted = [...spans].sort(byStart)
  const ids = new Set(sorted.map((span) => span.spanId))
  const above = (span: ReceivedSpan): string =>
    span.parentSpanId || (span.links.find(({ spanId }) => ids.has(spanId))?.spanId ?? '')
  const children = Map.groupBy(sorted, above)
  const rows: TreeRow[] = []
  const seen = new Set<ReceivedSpan>()

  // An explicit stack: the depth of a trace is the sender's choice.
  const walk = (root: ReceivedSpan): void => {
    const stack = [{ span: root, branch: '', below: '' }]
    for (let next = stack.pop(); next; next = stack.pop()) {
      const { span, branch, below } = next
      if (seen.has(span)) continue
      seen.add(span)
      const orphan = span === root && span.parentSpanId !== '' && !span.remoteParent
      const linked = span !== root && span.parentSpanId === ''
      rows.push({ span, branch, below, orphan, linked })
      const own = (children.get(span.spanId) ?? []).filter((child) => !seen.has(child))
      for (const [index, child] of own.toReversed().entries()) {
        const last = index === 0
        stack.push({
          span: child,
          branch: `${below}${last ? '└─ ' : '├─ '}`,
          below: `${below}${last ? '   ' : '│  '}`,
        })
      }
    }
  }

  for (const span of sorted) if (!ids.has(above(span))) walk(span)
  // What is left are cycles: each starts at its earliest span.
  for (const span of sorted) if (!seen.has(span)) walk(span)
  return rows
}
