import fc from 'fast-check'
import { expect, it } from 'vitest'
import { sameText } from '../../../src/health/guard.ts'

it('is true for equal texts and false for all others', async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'grapheme' }), fc.string(), async (a, b) => {
      expect(await sameText(a, a)).toBe(true)
      expect(await sameText(a, b)).toBe(a === b)
    }),
  )
})

it('tells texts apart that differ in one place only, or in length only', async () => {
  const token = 'abcdefghijklmnopqrstuvwxyz'
  for (let i = 0; i < token.length; i++) {
    expect(await sameText(`${token.slice(0, i)}_${token.slice(i + 1)}`, token)).toBe(false)
    expect(await sameText(token.slice(0, i), token)).toBe(false)
  }
})
