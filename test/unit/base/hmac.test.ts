import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { hmac } from '../../../src/base/hmac.ts'

const expected = (secret: string, text: string): string =>
  createHmac('sha256', secret).update(text).digest('hex')

it('the HMAC of any text is the one that Node makes', () => {
  const text = fc.string({ unit: 'binary', maxLength: 300 }).map((each) => each.toWellFormed())
  fc.assert(
    fc.property(text, text, (secret, message) => {
      expect(hmac(secret, message)).toBe(expected(secret, message))
    }),
    { seed: 1, numRuns: 500 },
  )
})

it.each([0, 1, 54, 55, 56, 63, 64, 65, 119, 120, 128, 100_000])(
  'the HMAC of %i bytes is right at the edges of blocks',
  (length) => {
    const text = 'x'.repeat(length)
    expect(hmac(text, text)).toBe(expected(text, text))
  },
)
