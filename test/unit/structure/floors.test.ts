import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { withDiagram } from '../../../scripts/structure/diagram.ts'
import { floors } from '../../../scripts/structure/floors.ts'
import { circlesOf, importsOf, readImports, roomOf } from '../../../scripts/structure/imports.ts'

const root = new URL('../../../', import.meta.url)
const src = new URL('src/', root)

const imports = readImports(src)
const floorOf = new Map(floors.flatMap((rooms, floor) => rooms.map(({ name }) => [name, floor])))

/** Imports that lead to the same floor or up, as they would be read in a review. */
const upward = (list: typeof imports): string[] =>
  list
    .filter(({ from, to }) => {
      const [own, other] = [roomOf(from), roomOf(to)]
      return own !== other && !((floorOf.get(other) as number) < (floorOf.get(own) as number))
    })
    .map(({ from, to }) => `${from} → ${to}`)

describe('the house', () => {
  it('has a place in the table for every room, and no place for a room that is not there', () => {
    expect([...floorOf.keys()].toSorted()).toEqual(readdirSync(src).toSorted())
  })

  it('has at most 24 rooms on at most 10 floors', () => {
    expect(floorOf.size).toBeLessThanOrEqual(24)
    expect(floors.length).toBeLessThanOrEqual(10)
  })

  it('lets no file import from its own floor or from above', () => {
    expect(upward(imports)).toEqual([])
  })

  it('lets no files import each other in a circle, types included', () => {
    expect(circlesOf(imports).map((circle) => circle.toSorted().join(' ↔ '))).toEqual([])
  })

  it('is drawn in ARCHITECTURE.md from the same table', () => {
    const page = readFileSync(new URL('ARCHITECTURE.md', root), 'utf8')
    expect(withDiagram(page, floors)).toBe(page)
  })
})

describe('the search for imports', () => {
  it('sees values, types, re-exports, bare and dynamic imports, and nothing in comments', () => {
    const code = [
      "import { a } from './a.ts'",
      "import type { B } from '../b.ts'",
      "export * from './c.ts'",
      "export type {\n  D,\n} from './d/d.ts'",
      "import './e.ts'",
      "const f = await import('./f.ts')",
      "type G = import('./g.ts').G",
      "import { h } from 'package'",
      "/** import { i } from './i.ts' */",
      "// import { j } from './j.ts'",
    ].join('\n')
    expect(importsOf('room/file.ts', code).map(({ to }) => to)).toEqual([
      'room/a.ts',
      'b.ts',
      'room/c.ts',
      'room/d/d.ts',
      'room/e.ts',
      'room/f.ts',
      'room/g.ts',
    ])
  })

  it('sees a way up, a way across and a circle', () => {
    const at = (from: string, to: string) => ({ from, to })
    expect(
      upward([
        at('base/a.ts', 'context/b.ts'),
        at('traces/a.ts', 'logs/b.ts'),
        at('traces/a.ts', 'base/b.ts'),
      ]),
    ).toEqual(['base/a.ts → context/b.ts', 'traces/a.ts → logs/b.ts'])
    expect(circlesOf([at('a', 'b'), at('b', 'c'), at('c', 'b'), at('c', 'd')])).toEqual([
      ['b', 'c'],
    ])
  })
})
