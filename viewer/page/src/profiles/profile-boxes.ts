import type { ProfileView } from '../api-types.ts'
import type { Box } from '../flame/draw-flame.ts'
import { colourOf } from '../format/colour.ts'

/** A place in the tree of calls, as a box. */
export interface ProfileBox extends Box {
  /** Its number among the nodes of the profile. */
  node: number
  /** Its number among the functions. */
  frame: number
  file: string
  line: number
  self: number
  total: number
  colour: string
}

/** Puts each place below its caller, as wide as its share. No recursion: stacks may be deep. */
export function boxesOf({ nodes, frames }: Pick<ProfileView, 'nodes' | 'frames'>): ProfileBox[] {
  const boxes = nodes.map(([frame, parent, self], node): ProfileBox => {
    const { name = '', file = '', line = 0 } = frames[frame] ?? {}
    const colour = file ? colourOf(file) : 'colour-none'
    const own = { node, frame, name, file, line, self, total: self, colour, errors: 0 }
    return { ...own, depth: parent, left: 0, width: 0 }
  })
  const children = new Map<number, ProfileBox[]>()
  for (let at = boxes.length - 1; at >= 0; at--) {
    const box = boxes[at] as ProfileBox
    const parent = nodes[at]?.[1] ?? -1
    const caller = boxes[parent]
    if (caller) caller.total += box.total
    const siblings = children.get(parent)
    if (siblings) siblings.push(box)
    else children.set(parent, [box])
  }
  const roots = children.get(-1) ?? []
  const whole = roots.reduce((sum, { total }) => sum + total, 0)
  layOut(roots, 0, 0, whole)
  for (const box of boxes) layOut(children.get(box.node) ?? [], box.depth + 1, box.left, whole)
  return boxes.filter(({ total }) => total > 0)
}

/** The largest first, from left to right. */
function layOut(boxes: ProfileBox[], depth: number, left: number, whole: number): void {
  boxes.sort((a, b) => b.total - a.total)
  let at = left
  for (const box of boxes) {
    box.depth = depth
    box.left = at
    box.width = whole > 0 ? box.total / whole : 0
    at += box.width
  }
}
