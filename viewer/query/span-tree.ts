/** The least of a span that a tree needs. Times in nanoseconds after the trace's start. */
export interface TreeSpan {
  spanId: string
  parentSpanId: string | null
  startNs: number
  endNs: number
}

/** A span's place in its tree. */
export interface TreeNode<S extends TreeSpan> {
  span: S
  depth: number
  children: TreeNode<S>[]
  /** Its parent is not in the trace. */
  parentMissing: boolean
  /** It was its own ancestor; here it stands at the top. */
  inCycle: boolean
}

/**
 * Puts spans under their parents, by their starts. Whatever the parents say, every span is in the
 * tree exactly once: those whose parent is missing stand at the top, and cycles are cut where they
 * began first.
 */
export function buildTree<S extends TreeSpan>(spans: readonly S[]): TreeNode<S>[] {
  const nodes = new Map<string, TreeNode<S>>()
  // On Workers the clock stands still: of siblings that began at one moment, the first was the first to end.
  const ordered = [...spans].sort((a, b) => a.startNs - b.startNs || a.endNs - b.endNs)
  for (const span of ordered) {
    nodes.set(span.spanId, {
      span,
      depth: 0,
      children: [],
      parentMissing: false,
      inCycle: false,
    })
  }
  const roots: TreeNode<S>[] = []
  for (const node of nodes.values()) {
    const { parentSpanId } = node.span
    const parent = parentSpanId === null ? undefined : nodes.get(parentSpanId)
    if (parent) {
      parent.children.push(node)
    } else {
      node.parentMissing = parentSpanId !== null
      roots.push(node)
    }
  }
  const seen = new Set<TreeNode<S>>()
  for (const root of roots) place(root, seen)
  for (const node of nodes.values()) {
    if (seen.has(node)) continue
    // What no root reaches hangs on a cycle; its members are cut off from each other here.
    const start = memberOfCycle(node, nodes)
    const parent = nodes.get(start.span.parentSpanId ?? '')
    if (parent) parent.children = parent.children.filter((child) => child !== start)
    start.inCycle = true
    roots.push(start)
    place(start, seen)
  }
  return roots.sort((a, b) => a.span.startNs - b.span.startNs)
}

/** All nodes, parents before their children. No recursion: a trace may be a chain of thousands. */
export function flatten<S extends TreeSpan>(roots: readonly TreeNode<S>[]): TreeNode<S>[] {
  const flat: TreeNode<S>[] = []
  const stack = roots.toReversed()
  for (let node = stack.pop(); node; node = stack.pop()) {
    flat.push(node)
    for (let i = node.children.length - 1; i >= 0; i--) {
      stack.push(node.children[i] as TreeNode<S>)
    }
  }
  return flat
}

function place<S extends TreeSpan>(root: TreeNode<S>, seen: Set<TreeNode<S>>): void {
  const stack = [root]
  for (let node = stack.pop(); node; node = stack.pop()) {
    seen.add(node)
    for (const child of node.children) {
      child.depth = node.depth + 1
      stack.push(child)
    }
  }
}

function memberOfCycle<S extends TreeSpan>(
  node: TreeNode<S>,
  nodes: ReadonlyMap<string, TreeNode<S>>,
): TreeNode<S> {
  const path = new Set<TreeNode<S>>()
  let current = node
  while (!path.has(current)) {
    path.add(current)
    current = nodes.get(current.span.parentSpanId ?? '') ?? node
  }
  const cycle = [...path].slice([...path].indexOf(current))
  return cycle.reduce((first, each) => (each.span.startNs < first.span.startNs ? each : first))
}
