import fc from 'fast-check'
import { expect, it } from 'vitest'
import { redactDocument } from '../../../../src/http/rpc/graphql-document.ts'

it.each([
  ['{ a(b: "it\\"s", c: 12, d: -3.5e-7) }', '{ a(b: ?, c: ?, d: ?) }'],
  ['{ a(b: """of "two"\nlines \\""" and""") }', '{ a(b: ?) }'],
  ['{ a # who: "Ann"\n b }', '{ a \n b }'],
  [
    'query A2($id: Int = 4) { b3(id: $id, c: RED, d: true, e: $x1) }',
    'query A2($id: Int = ?) { b3(id: $id, c: RED, d: true, e: $x1) }',
  ],
  ['{ a(b: "cut in the mid', '{ a(b: ?'],
  ['{ a(b: """cut in the "mid', '{ a(b: ?'],
])('a document is recorded without its literals: %s', (text, redacted) => {
  expect(redactDocument(text)).toBe(redacted)
})

it('no string of a document is recorded, whatever is in it, nor where it is cut', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.nat(40), (secret, end) => {
      const marked = `secret${secret}`
      const text = `{ a(b: ${JSON.stringify(marked)}) c }`
      expect(redactDocument(text)).toBe('{ a(b: ?) c }')
      expect(redactDocument(text.slice(0, end))).not.toContain('sec')
    }),
  )
})

it('no more than 16,384 characters of a document are looked at', () => {
  expect(redactDocument(`{ ${'a '.repeat(100_000)}}`).length).toBe(16_384)
  expect(redactDocument(`{ a(b: "${'x'.repeat(100_000)}") }`)).toBe('{ a(b: ?')
})
