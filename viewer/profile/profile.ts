/** A function in a file. */
export interface ProfileFrame {
  name: string
  /** '' when it is not known, as for what the runtime brings. */
  file: string
  /** From 1; 0 when it is not known. */
  line: number
}

/** A place in the tree of calls. */
export type ProfileNode = readonly [
  /** Index of its frame. */
  frame: number,
  /** Index of the caller's node, which comes before; -1 for none. */
  parent: number,
  /** What was spent here and not in callees. */
  self: number,
]

/** A profile as it is read, kept and shown: stacks as a tree, each function once. */
export interface Profile {
  kind: 'cpu' | 'heap'
  /** Of `self`: milliseconds for `cpu`, bytes for `heap`. */
  unit: 'ms' | 'By'
  /** How long was measured; 0 when it is not known. */
  durationMs: number
  frames: ProfileFrame[]
  nodes: ProfileNode[]
  /** Milliseconds of work in each slot of `stepMs`, from the start; empty for `heap`. */
  busy: number[]
  stepMs: number
}

/** What one function spent. */
export interface FunctionFigures {
  self: number
  /** With all that it called. A function that calls itself is counted once. */
  total: number
}

/** The figures of each frame, by its index. */
export function figuresOf({ frames, nodes }: Pick<Profile, 'frames' | 'nodes'>): FunctionFigures[] {
  const figures = frames.map(() => ({ self: 0, total: 0 }))
  const subtotals = subtotalsOf(nodes)
  const isOutermost = outermost(nodes)
  for (const [index, [frame, , self]] of nodes.entries()) {
    const own = figures[frame]
    if (!own) continue
    own.self += self
    if (isOutermost[index]) own.total += subtotals[index] ?? 0
  }
  return figures
}

/** What each node and all below it spent. Parents come before their children. */
function subtotalsOf(nodes: readonly ProfileNode[]): number[] {
  const subtotals = nodes.map(([, , self]) => self)
  for (let index = nodes.length - 1; index >= 0; index--) {
    const parent = nodes[index]?.[1] ?? -1
    if (parent >= 0) subtotals[parent] = (subtotals[parent] ?? 0) + (subtotals[index] ?? 0)
  }
  return subtotals
}

/** Whether no caller of a node, near or far, is of the same function. */
function outermost(nodes: readonly ProfileNode[]): boolean[] {
  const result: boolean[] = nodes.map(() => true)
  const children: number[][] = nodes.map(() => [])
  const open: number[] = []
  for (const [index, [, parent]] of nodes.entries()) {
    if (parent < 0) open.push(index)
    else children[parent]?.push(index)
  }
  // Depth first, without recursion, for stacks may be deep. `~index` says that a node is left again.
  const within = new Map<number, number>()
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const leaving = next < 0
    const index = leaving ? ~next : next
    const frame = nodes[index]?.[0] ?? -1
    const times = within.get(frame) ?? 0
    within.set(frame, times + (leaving ? -1 : 1))
    if (leaving) continue
    result[index] = times === 0
    open.push(~index)
    for (const child of children[index] ?? []) open.push(child)
  }
  return result
}

/** All that was spent. */
export function sumOf({ nodes }: Pick<Profile, 'nodes'>): number {
  return nodes.reduce((sum, [, , self]) => sum + self, 0)
}
