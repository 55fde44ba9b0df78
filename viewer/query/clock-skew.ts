import type { TreeNode, TreeSpan } from './span-tree.ts'
import type { SpanKind } from './trace-item.ts'

/** A span whose times come from a clock. */
export interface ClockedSpan extends TreeSpan {
  kind: SpanKind
  /** Names the clock that its times are from: one for each machine. */
  clock: string
}

const CALLS: ReadonlySet<SpanKind> = new Set(['client', 'producer'])
const ANSWERS: ReadonlySet<SpanKind> = new Set(['server', 'consumer'])

/**
 * Moves spans whose clock is plainly wrong: one that was called from another machine and yet began
 * before the call, or, where the caller waited, after the call had ended. As Jaeger does it, it is
 * put into the middle of its caller when it fits, as if the way there took as long as the way back,
 * and to its caller's start when not; all below it on the same clock move with it. Unlike Jaeger, a
 * span that begins within its caller is left alone, though it may end later: its body was streamed.
 * Returns how far each was moved, in nanoseconds.
 */
export function correctClocks<S extends ClockedSpan>(
  roots: readonly TreeNode<S>[],
): Map<TreeNode<S>, number> {
  const moved = new Map<TreeNode<S>, number>()
  const tasks = roots.map((node) => ({ node, skewNs: 0 }))
  for (let task = tasks.pop(); task; task = tasks.pop()) {
    const { node, skewNs } = task
    if (skewNs !== 0) {
      node.span.startNs += skewNs
      node.span.endNs += skewNs
      moved.set(node, skewNs)
    }
    for (const child of node.children) {
      const isSameClock = child.span.clock === node.span.clock
      tasks.push({ node: child, skewNs: isSameClock ? skewNs : skewOf(child.span, node.span) })
    }
    node.children.sort((a, b) => a.span.startNs - b.span.startNs || a.span.endNs - b.span.endNs)
  }
  return moved
}

/** Clocks of Workers tell whole milliseconds: what is nearer may be of one moment. */
const CLOCK_STEP_NS = 1e6

/** How far a span has to be moved to be where its caller says that it was. The caller is right. */
function skewOf(span: ClockedSpan, caller: ClockedSpan): number {
  if (!CALLS.has(caller.kind) || !ANSWERS.has(span.kind)) return 0
  const isAwaited = span.kind === 'server'
  const isEarly = span.startNs < caller.startNs - CLOCK_STEP_NS
  const isLate = isAwaited && span.startNs > caller.endNs + CLOCK_STEP_NS
  if (!isEarly && !isLate) return 0
  const lengthNs = span.endNs - span.startNs
  const callNs = caller.endNs - caller.startNs
  const fits = isAwaited && lengthNs <= callNs
  return caller.startNs + (fits ? (callNs - lengthNs) / 2 : 0) - span.startNs
}
