import { describe, expect, it } from 'vitest'
import type { HistogramView, Note } from '../../../viewer/page/src/api-types.ts'
import { placeIn, shownRows } from '../../../viewer/page/src/charts/heat-map-rows.ts'
import { groupNotes } from '../../../viewer/page/src/notes/group-notes.ts'

const rows = [
  { from: null, to: 1 },
  { from: 1, to: 2 },
  { from: 2, to: 4 },
  { from: 4, to: null },
]

const histogram = (...columns: number[][]): HistogramView =>
  ({ rows, columns: columns.map((counts) => ({ counts })) }) as HistogramView

describe('shownRows', () => {
  it('leaves out empty rows at both ends only', () => {
    expect(shownRows(histogram([0, 1, 0, 0], [0, 0, 0, 2]))).toEqual({
      first: 1,
      rows: rows.slice(1),
    })
  })

  it('keeps all when nothing was measured', () => {
    expect(shownRows(histogram([0, 0, 0, 0]))).toEqual({ first: 0, rows })
  })
})

describe('placeIn', () => {
  it('puts a value between the bounds of its row', () => {
    const shown = { first: 0, rows }
    expect([1.5, 3, 4].map((value) => placeIn(shown, value))).toEqual([0.375, 0.625, 0.75])
  })

  it('puts a value of an open end into its middle, and one beyond all at the top', () => {
    const shown = { first: 0, rows }
    expect([-100, 1000].map((value) => placeIn(shown, value))).toEqual([0.125, 0.875])
    expect(placeIn({ first: 1, rows: rows.slice(1, 3) }, 1000)).toBe(1)
  })
})

describe('groupNotes', () => {
  it('puts notes that say the same together, in the order in which they came', () => {
    const note = (subject: string, message: string): Note =>
      ({ rule: 'r', signal: 'traces', message, advice: '', level: 'info', subject }) as Note
    const groups = groupNotes([note('a', 'one'), note('b', 'two'), note('c', 'one')])
    expect(groups.map(({ notes }) => notes.map(({ subject }) => subject))).toEqual([
      ['a', 'c'],
      ['b'],
    ])
  })
})
