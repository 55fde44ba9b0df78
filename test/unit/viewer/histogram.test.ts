import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { PointDetail } from '../../../viewer/otlp/model.ts'
import {
  type Cells,
  cellsOf,
  commonScale,
  difference,
  quantileOf,
  sortedCells,
} from '../../../viewer/query/histogram.ts'

const times = { timeNano: '1', startNano: '0' }
const explicit = (...counts: number[]): PointDetail => ({ ...times, bounds: [1, 2], counts })
const total = (cells: Cells): number =>
  sortedCells(cells).reduce((sum, { count }) => sum + count, 0)

const buckets = fc.record({
  offset: fc.integer({ min: -500, max: 500 }),
  counts: fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 40 }),
})
const exponential: fc.Arbitrary<PointDetail> = fc.record({
  timeNano: fc.constant('1'),
  startNano: fc.constant('0'),
  scale: fc.integer({ min: -2, max: 20 }),
  zeroCount: fc.integer({ min: 0, max: 9 }),
  positive: buckets,
  negative: buckets,
})

describe('histograms', () => {
  it('say what came since, or that there was a reset', () => {
    const since = (now: number[], before: number[]) =>
      difference(cellsOf(explicit(...now)), cellsOf(explicit(...before)))
    expect(sortedCells(since([3, 2, 1], [1, 2, 0]) ?? new Map())).toEqual([
      { from: Number.NEGATIVE_INFINITY, to: 1, count: 2 },
      { from: 2, to: Number.POSITIVE_INFINITY, count: 1 },
    ])
    expect(since([1, 9, 1], [2, 0, 0])).toBeUndefined()
    expect(since([9, 0, 0], [1, 1, 0])).toBeUndefined()
    expect(since([1, 1, 1], [1, 1, 1])?.size).toBe(0)
  })

  it('lose no count when they are brought to a smaller scale', () => {
    fc.assert(
      fc.property(exponential, fc.integer({ min: -8, max: 20 }), (point, scale) => {
        expect(total(cellsOf(point, scale))).toBe(total(cellsOf(point)))
      }),
    )
  })

  it('have few rows when they are drawn together', () => {
    fc.assert(
      fc.property(fc.array(exponential, { minLength: 1, maxLength: 4 }), (points) => {
        const scale = commonScale(points)
        const rows = new Set(points.flatMap((point) => [...cellsOf(point, scale).keys()]))
        // 65 of each sign, because buckets need not begin with a row; and zero.
        expect(rows.size).toBeLessThanOrEqual(131)
      }),
    )
  })

  it.each([
    [[0, 0, 0], 0.5, null],
    [[4, 0, 0], 0.5, 0.5],
    [[0, 4, 0], 0.5, 1.5],
    [[0, 4, 0], 1, 2],
    [[2, 2, 0], 0.75, 1.5],
    // An open end has no middle: its lower bound.
    [[0, 0, 4], 0.5, 2],
  ])('of %j have the quantile %d at %d', (counts, quantile, value) => {
    expect(quantileOf(cellsOf(explicit(...counts)), quantile)).toBe(value)
  })
})
