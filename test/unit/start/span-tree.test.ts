import { describe, expect, it } from 'vitest'
import { treeRows } from '../../../scripts/start/span-tree.ts'
import { span } from './span-fixture.ts'

const shape = (rows: ReturnType<typeof treeRows>): string[] =>
  rows.map((row) => row.branch + row.span.name)

describe('treeRows', () => {
  it('puts children under their parents, earliest first', () => {
    const rows = treeRows([
      span({ id: 'pay', parent: 'order', startMs: 5 }),
      span({ id: 'query', parent: 'price', startMs: 2 }),
      span({ id: 'price', parent: 'order', startMs: 1 }),
      span({ id: 'order' }),
    ])
    expect(shape(rows)).toEqual(['order', '├─ price', '│  └─ query', '└─ pay'])
  })

  it('makes a span without its parent a root and says so', () => {
    const rows = treeRows([span({ id: 'order' }), span({ id: 'late', parent: 'lost', startMs: 1 })])
    expect(shape(rows)).toEqual(['order', 'late'])
    expect(rows.map((row) => row.orphan)).toEqual([false, true])
  })

  it('does not miss a parent that belongs to another service', () => {
    const [row] = treeRows([span({ id: 'order', parent: 'caller', remoteParent: true })])
    expect(row?.orphan).toBe(false)
  })

  it('puts a root below the first span that it is linked to, if that is there', () => {
    const link = (spanId: string) => ({ traceId: 'other', spanId })
    const rows = treeRows([
      span({ id: 'send' }),
      span({ id: 'process', startMs: 1, links: [link('not here'), link('send')] }),
      span({ id: 'insert', startMs: 2, parent: 'process' }),
      span({ id: 'stranger', startMs: 3, links: [link('not here')] }),
    ])
    expect(shape(rows)).toEqual(['send', '└─ process', '   └─ insert', 'stranger'])
    expect(rows.map((row) => row.linked)).toEqual([false, true, false, false])
  })

  it('shows the spans of a cycle once each', () => {
    const rows = treeRows([
      span({ id: 'a', parent: 'b' }),
      span({ id: 'b', parent: 'a', startMs: 1 }),
      span({ id: 'self', parent: 'self', startMs: 2 }),
    ])
    expect(rows.map((row) => row.span.name)).toEqual(['a', 'b', 'self'])
  })

  it('shows every span once even if several carry one id', () => {
    const rows = treeRows([
      span({ id: 'twin', name: 'parent' }),
      span({ id: 'twin', parent: 'twin', name: 'first', startMs: 1 }),
      span({ id: 'other', parent: 'twin', name: 'second', startMs: 2 }),
    ])
    expect(rows.map((row) => row.span.name)).toEqual(['parent', 'first', 'second'])
  })

  it('takes a trace of any depth', () => {
    const depth = 20_000
    const spans = Array.from({ length: depth }, (_, index) =>
      span({ id: `${index}`, parent: index > 0 ? `${index - 1}` : '', startMs: index }),
    )
    expect(treeRows(spans)).toHaveLength(depth)
  })
})
