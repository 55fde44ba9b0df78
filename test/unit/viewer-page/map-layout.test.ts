import { describe, expect, it } from 'vitest'
import type { MapEdge, MapNode } from '../../../viewer/page/src/api-types.ts'
import { layOut, NODE } from '../../../viewer/page/src/map/layout.ts'

const map = (...ways: [from: string, to: string][]) => ({
  nodes: [...new Set(ways.flat())].map((id): MapNode => ({ id, name: id, kind: 'service' })),
  edges: ways.map(([from, to]) => ({ from, to }) as MapEdge),
})

describe('the map of services', () => {
  it('puts everybody right of all who call them', () => {
    const { nodes } = layOut(map(['a', 'b'], ['b', 'c'], ['a', 'c'], ['c', 'd']))
    const x = Object.fromEntries(nodes.map((each) => [each.id, each.x]))
    expect([x.a, x.b, x.c, x.d]).toEqual([0, 1, 2, 3].map((column) => column * (x.b ?? 0)))
  })

  it('ends where calls go round, and to oneself', () => {
    const { nodes, ends, height } = layOut(map(['a', 'b'], ['b', 'c'], ['c', 'a'], ['c', 'c']))
    expect(ends.map(({ isBack }) => isBack)).toEqual([false, false, true, true])
    const lanes = ends.slice(2).map(({ y }) => y)
    expect(Math.min(...lanes)).toBeGreaterThan(NODE.height)
    expect(new Set(lanes).size).toBe(2)
    expect(Math.max(...lanes)).toBe(height)
    expect(nodes.map(({ x }) => x)).toEqual([0, 1, 2].map((column) => column * 370))
  })

  it('lays nothing over anything, however many call one', () => {
    const ways = Array.from({ length: 9 }, (_, at): [string, string] => [`caller ${at}`, 'db'])
    const { nodes, ends, height } = layOut(map(...ways, ['caller 0', 'other']))
    for (const a of nodes) {
      for (const b of nodes) {
        if (a === b || a.x !== b.x) continue
        expect(Math.abs(a.y - b.y)).toBeGreaterThanOrEqual(NODE.height)
      }
    }
    const labels = ends.slice(0, 9).map(({ labelY }) => labelY)
    for (const [at, y] of labels.entries()) expect(y - (labels[at - 1] ?? -99)).toBeGreaterThan(11)
    const db = nodes.find(({ id }) => id === 'db')
    for (const { y } of ends.slice(0, 9)) {
      expect(y).toBeGreaterThan(db?.y ?? 0)
      expect(y).toBeLessThan((db?.y ?? 0) + NODE.height)
    }
    for (const { y } of nodes) expect(y + NODE.height).toBeLessThanOrEqual(height)
  })

  it('is done soon where all call all', () => {
    const names = Array.from({ length: 14 }, (_, at) => `s${at}`)
    const ways = names.flatMap((a) => names.map((b): [string, string] => [a, b]))
    const { nodes } = layOut(map(...ways))
    expect(nodes).toHaveLength(14)
    expect(layOut(map()).nodes).toEqual([])
  })
})
