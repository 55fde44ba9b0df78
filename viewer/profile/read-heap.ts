import { type Json, list, object } from '../otlp/shape.ts'
import type { Profile } from './profile.ts'
import { ProfileTree } from './tree.ts'

const ROOT = '(root)'

/** @throws MalformedRequest when it is none, or too much. */
export function readHeapProfile(file: Json, durationMs: number): Profile {
  const tree = new ProfileTree()
  const open: [node: unknown, caller: number][] = [[file.head, -1]]
  for (let next = open.pop(); next; next = open.pop()) {
    const { callFrame, selfSize, children } = object(next[0], 'node')
    const isRoot = object(callFrame, 'callFrame').functionName === ROOT
    const place = isRoot ? next[1] : tree.node(callFrame, next[1])
    const bytes = typeof selfSize === 'number' && selfSize > 0 ? selfSize : 0
    tree.add(place, Math.min(bytes, Number.MAX_SAFE_INTEGER))
    for (const child of list(children, 'children')) open.push([child, place])
  }
  const { frames } = tree
  return { kind: 'heap', unit: 'By', durationMs, frames, nodes: tree.nodes(), busy: [], stepMs: 1 }
}
