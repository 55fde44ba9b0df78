import { describe, expect, it } from 'vitest'
import { MAX_ITEMS, mergeArrived, mergePage } from '../../../viewer/page/src/data/merge-items.ts'

interface Item {
  id: number
  spans?: number
}

const keyOf = ({ id }: Item): string => String(id)
const ordered = { keyOf, compare: (a: Item, b: Item) => b.id - a.id, cursorOf: keyOf }
const list = (ids: number[], nextCursor: string | null = '0') => ({
  url: '/api/logs',
  items: ids.map((id): Item => ({ id })),
  nextCursor,
  incomplete: false,
})
const ids = ({ items }: { items: readonly Item[] }) => items.map(({ id }) => id)

describe('a list and what arrives', () => {
  it('puts arrivals first, the newest at the top', () => {
    const arrived = new Map([4, 5, 6].map((id) => [String(id), { id }]))
    expect(ids(mergeArrived(list([3, 2]), arrived, { keyOf }))).toEqual([6, 5, 4, 3, 2])
  })

  it('replaces an item that comes again where it is', () => {
    const arrived = new Map([['2', { id: 2, spans: 9 }]])
    expect(mergeArrived(list([3, 2, 1]), arrived, { keyOf }).items).toEqual([
      { id: 3 },
      { id: 2, spans: 9 },
      { id: 1 },
    ])
  })

  it('holds so many items, and asks for the rest after the last', () => {
    const many = Array.from({ length: MAX_ITEMS }, (_, i) => MAX_ITEMS - i)
    const added = { id: MAX_ITEMS + 1 }
    const merged = mergeArrived(list(many), new Map([[keyOf(added), added]]), ordered)
    expect(merged.items).toHaveLength(MAX_ITEMS)
    expect(merged).toMatchObject({ nextCursor: '2' })
    expect(merged.items[0]).toEqual(added)
  })

  it('keeps older pages when the first is read anew', () => {
    const page = { items: [{ id: 6 }, { id: 5 }, { id: 4 }], nextCursor: '4', incomplete: false }
    const merged = mergePage(list([5, 4, 3, 2, 1], '1'), page, '/api/logs', ordered)
    expect(ids(merged)).toEqual([6, 5, 4, 3, 2, 1])
    expect(merged.nextCursor).toBe('1')
  })

  it('leaves no hole: where more came than a page has, the page is the list', () => {
    const page = { items: [{ id: 9 }, { id: 8 }], nextCursor: '8', incomplete: false }
    expect(ids(mergePage(list([3, 2, 1]), page, '/api/logs', ordered))).toEqual([9, 8])
    expect(ids(mergePage(list([9, 8, 7]), page, '/api/logs?level=error', ordered))).toEqual([9, 8])
  })
})
