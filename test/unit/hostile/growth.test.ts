import { describe, expect, it } from 'vitest'
import { type Pattern, patternsInSource, unitsOf } from './patterns.ts'

const SHORT = 4000
const FACTOR = 8

/** What sees no input from outside, and nothing long. */
const UNREACHED = new Map([
  ['src/export/otlp/destination.ts', '\\/*$'], // the endpoint, once, which is the operator's own
  ['src/traces/sampler.ts', '0+$'], // 14 digits
])

const all = patternsInSource()
const patterns = all.filter(({ file, source }) => UNREACHED.get(file) !== source)

const fastestMs = (work: () => void): number => {
  let best = Number.POSITIVE_INFINITY
  for (let run = 0; run < 3; run++) {
    const start = performance.now()
    work()
    best = Math.min(best, performance.now() - start)
  }
  return best
}

const searchMs = ({ source, flags }: Pattern, text: string): number =>
  fastestMs(() => text.replace(new RegExp(source, flags), ''))

/** Repetitions after a start that fits, and before an end that does not. */
const attacks = (pattern: Pattern): ((size: number) => string)[] => {
  const units = unitsOf(pattern)
  const starts = ['', ...units.slice(0, 4)]
  return units.flatMap((unit) =>
    starts.map(
      (start) => (size: number) => `${start}${unit.repeat(Math.ceil(size / unit.length))}\0`,
    ),
  )
}

it('finds the patterns', () => {
  expect(patterns.length).toBeGreaterThan(40)
  expect(all.length - patterns.length).toBe(UNREACHED.size)
  expect(patterns.map(({ file }) => file)).toContain('src/context/traceparent.ts')
})

describe('the time of a search grows no faster than the text', () => {
  it.each(patterns)('$file /$source/$flags', { timeout: 30_000 }, (pattern) => {
    for (const make of attacks(pattern)) {
      const long = make(SHORT * FACTOR)
      const isLinear = (): boolean => {
        const longMs = searchMs(pattern, long)
        // Short times are all noise.
        return longMs <= 5 || longMs < 4 * FACTOR * searchMs(pattern, make(SHORT))
      }
      // Quadratic time is a hundred times that, however often; a busy machine is not always busy.
      expect([JSON.stringify(long.slice(0, 20)), [1, 2, 3, 4].some(() => isLinear())]).toEqual([
        JSON.stringify(long.slice(0, 20)),
        true,
      ])
    }
  })
})
