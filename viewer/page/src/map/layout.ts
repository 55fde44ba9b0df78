import type { ServiceMap } from '../api-types.ts'

/** A node with its place, in pixels. */
export interface PlacedNode {
  id: string
  x: number
  y: number
}

/** An arrow's end, and where what is written at it stands. */
export interface PlacedEnd {
  /** Back to the left, or to itself: then `y` is that of a lane below all boxes. */
  isBack: boolean
  y: number
  labelY: number
}

/** Where everything is. */
export interface MapLayout {
  nodes: PlacedNode[]
  /** Of the edges, in their order. */
  ends: PlacedEnd[]
  width: number
  height: number
}

export const NODE = { width: 150, height: 38 } as const
const GAP = { x: 220, y: 24 } as const
/** Between what is written at the arrows to one node. */
const LABEL_PX = 15
const LANE_PX = 20

/**
 * Columns from those who call to those who are called: a node stands right of all that call it, but
 * for calls in a circle. Within a column, nodes stand near those that call them.
 */
export function layOut({ nodes, edges }: Pick<ServiceMap, 'nodes' | 'edges'>): MapLayout {
  const calls = new Map<string, string[]>(nodes.map(({ id }) => [id, []]))
  for (const { from, to } of edges) if (from !== to) calls.get(from)?.push(to)
  const called = new Set(edges.filter(({ from, to }) => from !== to).map(({ to }) => to))
  const columnOf = new Map<string, number>()
  const settle = (starts: readonly string[]): void => {
    // Depth first, without the way back of a circle; a node is moved at most as often as there are nodes.
    const stack: [id: string, column: number, path: ReadonlySet<string>][] = starts.map((id) => [
      id,
      columnOf.get(id) ?? 0,
      new Set(),
    ])
    let left = MAX_STEPS
    while (stack.length && left-- > 0) {
      const [id, column, path] = stack.pop() as (typeof stack)[number]
      if (path.has(id) || (columnOf.get(id) ?? -1) >= column) continue
      columnOf.set(id, column)
      const further = new Set(path).add(id)
      for (const to of calls.get(id) ?? []) stack.push([to, column + 1, further])
    }
  }
  settle(nodes.map(({ id }) => id).filter((id) => !called.has(id)))
  // What is only in circles begins with whoever comes first.
  for (const { id } of nodes) if (!columnOf.has(id)) settle([id])

  const columns: string[][] = []
  for (const { id } of nodes) {
    const column = columnOf.get(id) ?? 0
    columns[column] ??= []
    columns[column].push(id)
  }
  const incoming = new Map<string, number[]>()
  for (const [at, { from, to }] of edges.entries()) {
    if (!isBack(from, to)) incoming.set(to, [...(incoming.get(to) ?? []), at])
  }
  const yOf = new Map<string, number>()
  const ends: PlacedEnd[] = edges.map(() => ({ isBack: false, y: 0, labelY: 0 }))
  const placed: PlacedNode[] = []
  let height = 0
  for (const [column, ids = []] of columns.entries()) {
    const wanted = new Map(ids.map((id) => [id, meanY(id, edges, yOf)]))
    ids.sort((a, b) => (wanted.get(a) ?? 0) - (wanted.get(b) ?? 0))
    let top = 0
    for (const id of ids) {
      const arrows = (incoming.get(id) ?? []).sort((a, b) => fromY(a) - fromY(b))
      const own = Math.max(NODE.height, arrows.length * LABEL_PX)
      const y = top + (own - NODE.height) / 2
      yOf.set(id, y)
      placed.push({ id, x: column * (NODE.width + GAP.x), y })
      for (const [nth, at] of arrows.entries()) {
        const labelY = top + own / 2 + (nth - (arrows.length - 1) / 2) * LABEL_PX
        const within = Math.min(y + NODE.height - 6, Math.max(y + 6, labelY))
        ends[at] = { isBack: false, y: within, labelY }
      }
      top += own + GAP.y
    }
    height = Math.max(height, top - GAP.y)
  }
  for (const [at, { from, to }] of edges.entries()) {
    if (!isBack(from, to)) continue
    height += LANE_PX
    ends[at] = { isBack: true, y: height, labelY: height }
  }
  const width = columns.length * (NODE.width + GAP.x) - GAP.x
  return { nodes: placed, ends, width: Math.max(NODE.width, width), height }

  function isBack(from: string, to: string): boolean {
    return (columnOf.get(from) ?? 0) >= (columnOf.get(to) ?? 0)
  }

  function fromY(at: number): number {
    return yOf.get(edges[at]?.from ?? '') ?? 0
  }
}

const MAX_STEPS = 20_000

function meanY(id: string, edges: ServiceMap['edges'], yOf: ReadonlyMap<string, number>): number {
  const all = edges.filter(({ to }) => to === id).flatMap(({ from }) => yOf.get(from) ?? [])
  return all.length ? all.reduce((sum, y) => sum + y, 0) / all.length : 0
}
