import fc from 'fast-check'
import { expect, it } from 'vitest'
import { exportTotals } from '../../../src/aggregator/export.ts'
import { json } from '../../../src/export/json/json.ts'
import { createBodyLimit } from '../../../src/export/otlp/body-limit.ts'
import { decodeJson } from '../../support/otlp-decoder.ts'
import { numberPoint, sum } from './metrics.ts'

const DESTINATION = {
  url: 'http://localhost/v1/metrics',
  headers: {},
  timeoutMs: 1000,
  encoding: json,
  compression: 'none',
} as const

/** Takes bodies up to a size. */
const receiver = (limitBytes: number) => {
  const sizes: number[] = []
  const ids: number[] = []
  return {
    sizes,
    ids,
    async fetch(_url: string, { body }: RequestInit): Promise<Response> {
      const { length } = Buffer.from(String(body))
      sizes.push(length)
      if (length > limitBytes) return new Response(null, { status: 413 })
      for (const { points } of decodeJson('metrics', String(body))) {
        ids.push(...points.map(({ attributes }) => Number(attributes.id)))
      }
      return new Response('{}')
    },
  }
}

const totalsOf = (paddings: readonly string[]) => [
  {
    resource: {},
    metrics: [
      sum(paddings.map((padding, id) => numberPoint(1, { id, padding }))),
      sum([], { name: 'without points' }),
    ],
  },
]

it('every total of the aggregator arrives once, whatever a receiver takes', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.string({ maxLength: 500, unit: 'grapheme' }), { minLength: 1, maxLength: 60 }),
      // A point alone takes less than 4 kB.
      fc.integer({ min: 4500, max: 20_000 }),
      async (paddings, limitBytes) => {
        const { ids, fetch } = receiver(limitBytes)
        const failure = await exportTotals(
          totalsOf(paddings),
          DESTINATION,
          fetch,
          createBodyLimit(),
        )
        expect(failure).toBeUndefined()
        expect(ids.sort((a, b) => a - b)).toEqual([...paddings.keys()])
      },
    ),
    { numRuns: 50 },
  )
})

it('the aggregator sends no more than 900 kB at once, and remembers what is too much', async () => {
  const totals = totalsOf(Array.from({ length: 3000 }, () => 'x'.repeat(1000)))
  const { sizes, ids, fetch } = receiver(500_000)
  const limit = createBodyLimit()
  await exportTotals(totals, DESTINATION, fetch, limit)
  expect(Math.max(...sizes)).toBeLessThanOrEqual(900_000)
  expect(ids).toHaveLength(3000)
  sizes.length = 0
  await exportTotals(totals, DESTINATION, fetch, limit)
  // One try of more, after those that were taken.
  expect(sizes.filter((bytes) => bytes > 500_000).length).toBeLessThanOrEqual(1)
})

it('a total that is too large alone is a failure of the export, and no other', async () => {
  const { ids, fetch } = receiver(2000)
  const totals = totalsOf(['', 'x'.repeat(5000), ''])
  expect(await exportTotals(totals, DESTINATION, fetch, createBodyLimit())).toBe('http_413')
  expect(ids).toEqual([0, 2])
})
