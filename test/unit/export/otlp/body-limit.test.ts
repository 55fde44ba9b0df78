import fc from 'fast-check'
import { expect, it } from 'vitest'
import { createBodyLimit } from '../../../../src/export/otlp/body-limit.ts'

/** Sends bodies of these sizes, as large as the limit lets them be; tells how many were refused. */
const send = (
  limit: ReturnType<typeof createBodyLimit>,
  sizes: readonly number[],
  takes: (bytes: number) => boolean,
): number => {
  let refused = 0
  for (const size of sizes) {
    let bytes = Math.min(size, limit.bytes)
    for (; bytes > 1 && !takes(bytes); bytes /= 2) {
      refused++
      limit.note(bytes, false)
    }
    limit.note(bytes, true)
  }
  return refused
}

const WANTED = Array.from({ length: 10_000 }, () => 800_000)

it('finds a limit, and tries beyond it ever more rarely', () => {
  fc.assert(
    fc.property(fc.integer({ min: 20_000, max: 700_000 }), (most) => {
      const limit = createBodyLimit()
      const refused = send(limit, WANTED, (bytes) => bytes <= most)
      expect(limit.bytes).toBeGreaterThan(most / 4)
      expect(refused).toBeLessThan(30)
    }),
  )
})

it('is as it was soon after a receiver that refused everything takes it again', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 300, max: 900_000 })), (refusals) => {
      const limit = createBodyLimit()
      for (const bytes of refusals) limit.note(bytes, false)
      const before = Math.ceil(Math.log2(900_000 / 16_384)) * 4096
      // Small ones, as when each record travels alone.
      for (let i = 0; i < before && limit.bytes < 900_000; i++) limit.note(200, true)
      expect(limit.bytes).toBe(900_000)
    }),
  )
})

it('tries more after 16 that were taken, twice as much each time', () => {
  const limit = createBodyLimit()
  limit.note(200_000, false)
  for (let i = 0; i < 15; i++) limit.note(500, true)
  expect(limit.bytes).toBe(100_000)
  limit.note(500, true)
  expect(limit.bytes).toBe(200_000)
})

it('takes no refusal of a few records for a limit', () => {
  const limit = createBodyLimit()
  limit.note(700, false)
  expect(limit.bytes).toBe(16_384)
})
