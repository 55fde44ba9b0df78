import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isFolded, parseFolds, turn } from '../../../viewer/page/src/trace/folds.ts'
import {
  around,
  formatZoom,
  panned,
  parseZoom,
  zoomedBy,
} from '../../../viewer/page/src/trace/zoom.ts'

const share = (min: number, max: number) => fc.double({ min, max, noNaN: true })
const scale = (fromMs: number, toMs: number) => ({ fromMs, lengthMs: toMs - fromMs, startMs: 0 })

describe('zoom', () => {
  it('is read from the address, and anything else is the whole trace', () => {
    expect(parseZoom('12.5-80', 100)).toEqual({ fromMs: 12.5, toMs: 80 })
    expect(parseZoom('12.5-800', 100)).toEqual({ fromMs: 12.5, toMs: 100 })
    for (const text of [null, '', '5', '80-12', 'a-b', '-5-10', 'NaN-NaN', '1e999-2']) {
      expect(parseZoom(text, 100)).toEqual({ fromMs: 0, toMs: 100 })
    }
  })

  it('is written shortly, and comes back nearly as it was', () => {
    expect(formatZoom({ fromMs: 0, toMs: 100 }, 100)).toBeUndefined()
    expect(formatZoom({ fromMs: 12.123456789, toMs: 80 }, 100)).toBe('12.123-80')
    expect(formatZoom({ fromMs: 0.0000005, toMs: 0.000004 }, 100)).toBe('0.0000005-0.000004')
    fc.assert(
      fc.property(share(0, 0.9), share(0.01, 0.1), (a, b) => {
        const stretch = { fromMs: a * 500, toMs: (a + b) * 500 }
        const back = parseZoom(formatZoom(stretch, 500) ?? null, 500)
        const tolerance = (stretch.toMs - stretch.fromMs) / 1000
        expect(Math.abs(back.fromMs - stretch.fromMs)).toBeLessThanOrEqual(tolerance)
        expect(Math.abs(back.toMs - stretch.toMs)).toBeLessThanOrEqual(tolerance)
      }),
    )
  })

  it('keeps what is under the pointer where it is', () => {
    expect(zoomedBy(scale(0, 100), 2, 50, 100)).toEqual({ fromMs: 25, toMs: 75 })
    expect(zoomedBy(scale(0, 100), 2, 0, 100)).toEqual({ fromMs: 0, toMs: 50 })
    expect(zoomedBy(scale(25, 75), 0.1, 50, 100)).toEqual({ fromMs: 0, toMs: 100 })
  })

  it('never leaves the trace, nor becomes nothing', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-3, max: 1e9, noNaN: true }), fc.integer(), (factor, at) => {
        const { fromMs, toMs } = zoomedBy(scale(10, 90), factor, at % 100, 100)
        expect(fromMs).toBeGreaterThanOrEqual(0)
        expect(toMs).toBeLessThanOrEqual(100)
        expect(toMs).toBeGreaterThan(fromMs)
      }),
    )
  })

  it('moves by a share of what is shown, to the ends', () => {
    expect(panned(scale(20, 40), 0.25, 100)).toEqual({ fromMs: 25, toMs: 45 })
    expect(panned(scale(20, 40), -9, 100)).toEqual({ fromMs: 0, toMs: 20 })
    expect(panned(scale(20, 40), 9, 100)).toEqual({ fromMs: 80, toMs: 100 })
  })

  it('shows a span with some room, also one of no length', () => {
    expect(around(40, 20, 100)).toEqual({ fromMs: 39, toMs: 61 })
    expect(around(40, 0, 100)).toEqual({ fromMs: 39, toMs: 41 })
  })
})

describe('folds', () => {
  const [a, b, c] = ['a', 'b', 'c'].map((digit, depth) => ({ spanId: digit.repeat(16), depth }))
  const read = (text: string) => parseFolds(new URLSearchParams(text))

  it('are those of a depth, but for those that were turned by hand', () => {
    const folds = read(`depth=1&folded=${b?.spanId}.${a?.spanId}`)
    expect([a, b, c].map((span) => span && isFolded(folds, span))).toEqual([true, false, true])
  })

  it('ignore what is no id, and keep the last two hundred', () => {
    expect(read('folded=x.<b>&depth=-1')).toEqual({
      depth: Number.POSITIVE_INFINITY,
      turned: new Set(),
    })
    const many = Array.from({ length: 300 }, (_, at) => at.toString(16).padStart(16, '0'))
    expect(read(`folded=${many.join('.')}`).turned.size).toBe(200)
  })

  it('are turned and turned back', () => {
    const once = turn(read(''), a ? [a] : [], true)
    expect(once).toBe(a?.spanId)
    expect(turn(read(`folded=${once}`), a ? [a] : [], true)).toBe(once)
    expect(turn(read(`folded=${once}`), a ? [a] : [], false)).toBe('')
  })
})
