import type { TreeNode, TreeSpan } from './span-tree.ts'

/** A stretch of time that the trace's end waited for, spent in one span itself. */
export interface CriticalSegment {
  spanId: string
  /** Nanoseconds after the trace's start. */
  startNs: number
  endNs: number
}

interface Task<S extends TreeSpan> {
  node: TreeNode<S>
  /** The stretch to be explained. A child may begin before its parent, or end after it. */
  fromNs: number
  untilNs: number
}

/**
 * The critical path of a tree: from the root's end backwards, always into the child that ended
 * last. To shorten the trace, shorten these. A child that outlives its parent counts up to its
 * parent's end only, and one that did not end before the next began ran beside it.
 */
export function criticalPath<S extends TreeSpan>(root: TreeNode<S>): CriticalSegment[] {
  const segments: CriticalSegment[] = []
  const tasks: Task<S>[] = [{ node: root, fromNs: root.span.startNs, untilNs: root.span.endNs }]
  for (let task = tasks.pop(); task; task = tasks.pop()) {
    const { node, fromNs: startNs, untilNs } = task
    const { spanId } = node.span
    let cursor = untilNs
    const byEnd = [...node.children].sort((a, b) => b.span.endNs - a.span.endNs)
    for (const child of byEnd) {
      if (cursor <= startNs) break
      // Ended later than the part that is already explained: it ran beside that.
      const endNs = Math.min(child.span.endNs, untilNs)
      const childStartNs = Math.max(child.span.startNs, startNs)
      if (endNs > cursor || childStartNs >= endNs) continue
      if (cursor > endNs) segments.push({ spanId, startNs: endNs, endNs: cursor })
      tasks.push({ node: child, fromNs: childStartNs, untilNs: endNs })
      cursor = childStartNs
    }
    if (cursor > startNs) segments.push({ spanId, startNs, endNs: cursor })
  }
  return segments.sort((a, b) => a.startNs - b.startNs)
}

/** Nanoseconds that a span did not spend in its children. */
export function selfTimeNs<S extends TreeSpan>({ span, children }: TreeNode<S>): number {
  let covered = 0
  let reached = span.startNs
  // Children are ordered by their starts.
  for (const child of children) {
    const start = Math.max(child.span.startNs, reached)
    const end = Math.min(child.span.endNs, span.endNs)
    if (end > start) {
      covered += end - start
      reached = end
    }
  }
  return Math.max(0, span.endNs - span.startNs - covered)
}
