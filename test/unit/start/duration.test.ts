import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatDuration } from '../../../scripts/start/duration.ts'

describe('formatDuration', () => {
  it.each([
    [0, '0 ms'],
    [-5, '0 ms'],
    [0.412, '412 µs'],
    [1, '1.00 ms'],
    [12.345, '12.3 ms'],
    [509, '509 ms'],
    [1500, '1.50 s'],
    [1_795_000_000_000, '20775 d'],
  ])('writes %d ms as %s', (durationMs, text) => {
    expect(formatDuration(durationMs)).toBe(text)
  })

  it('fits its column for every duration that 64 bits of nanoseconds hold', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 2 ** 64 / 1e6, noNaN: true }), (durationMs) => {
        expect(formatDuration(durationMs).length).toBeLessThanOrEqual(8)
      }),
    )
  })
})
