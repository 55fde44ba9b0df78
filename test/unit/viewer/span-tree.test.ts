import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { criticalPath, selfTimeNs } from '../../../viewer/query/critical-path.ts'
import { buildTree, flatten, type TreeSpan } from '../../../viewer/query/span-tree.ts'

/** Spans with any parents: none, each other, themselves, or ones that are not there. */
const anySpans: fc.Arbitrary<TreeSpan[]> = fc
  .array(
    fc.record({
      parent: fc.oneof(fc.constant(null), fc.integer({ min: 0, max: 12 })),
      startNs: fc.integer({ min: 0, max: 100 }),
      lengthNs: fc.integer({ min: 0, max: 100 }),
    }),
    { minLength: 1, maxLength: 12 },
  )
  .map((list) =>
    list.map(({ parent, startNs, lengthNs }, i) => ({
      spanId: String(i),
      parentSpanId: parent === null ? null : String(parent),
      startNs,
      endNs: startNs + lengthNs,
    })),
  )

describe('a tree of spans', () => {
  it('has every span once, under its parent or at the top', () => {
    fc.assert(
      fc.property(anySpans, (spans) => {
        const nodes = flatten(buildTree(spans))
        expect(nodes.map(({ span }) => span.spanId).sort()).toEqual(
          spans.map(({ spanId }) => spanId).sort(),
        )
        const known = new Set(spans.map(({ spanId }) => spanId))
        for (const node of nodes) {
          for (const child of node.children) {
            expect(child.span.parentSpanId).toBe(node.span.spanId)
            expect(child.depth).toBe(node.depth + 1)
          }
          const { parentSpanId } = node.span
          expect(node.parentMissing).toBe(parentSpanId !== null && !known.has(parentSpanId))
          if (node.inCycle) expect(node.depth).toBe(0)
        }
      }),
    )
  })

  it('has siblings that began at one moment in the order of their ends, as on Workers they ran', () => {
    const at = (spanId: string, endNs: number): TreeSpan => ({
      spanId,
      parentSpanId: spanId === 'root' ? null : 'root',
      startNs: 0,
      endNs,
    })
    const spans = [at('transaction', 5), at('select', 0), at('root', 9), at('commit', 5)]
    expect(flatten(buildTree(spans)).map(({ span }) => span.spanId)).toEqual([
      'root',
      'select',
      'transaction',
      'commit',
    ])
  })

  it('has a critical path that covers its root without gaps', () => {
    fc.assert(
      fc.property(anySpans, (spans) => {
        for (const root of buildTree(spans)) {
          const path = criticalPath(root)
          let reached = root.span.startNs
          for (const { startNs, endNs } of path) {
            expect(startNs).toBe(reached)
            expect(endNs).toBeGreaterThan(startNs)
            reached = endNs
          }
          expect(reached).toBe(root.span.endNs)
        }
      }),
    )
  })

  it('has self times between nothing and the whole', () => {
    fc.assert(
      fc.property(anySpans, (spans) => {
        for (const node of flatten(buildTree(spans))) {
          const length = node.span.endNs - node.span.startNs
          expect(selfTimeNs(node)).toBeGreaterThanOrEqual(node.children.length ? 0 : length)
          expect(selfTimeNs(node)).toBeLessThanOrEqual(length)
        }
      }),
    )
  })
})
