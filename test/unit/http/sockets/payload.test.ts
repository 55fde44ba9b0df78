import fc from 'fast-check'
import { expect, it } from 'vitest'
import { payloadOf } from '../../../../src/http/sockets/payload.ts'

const encoder = new TextEncoder()

it('the bytes of a text are those of its UTF-8', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(payloadOf(text)).toEqual({ type: 'text', bytes: encoder.encode(text).length })
    }),
  )
})

it.each(['\ud800', 'a\udc00', '\ud83d\ude00', '\ud800\ud800\udc00', '\udc00\ud800'])(
  'halves of pairs are sent as they can be: %j',
  (text) => expect(payloadOf(text).bytes).toBe(encoder.encode(text).length),
)

it.each([
  ['a buffer', new ArrayBuffer(5), 5],
  ['a view', new Uint8Array(new ArrayBuffer(9), 2, 3), 3],
  ['a blob', new Blob(['grüß']), 6],
])('the bytes of %s are its own', (_, data, bytes) =>
  expect(payloadOf(data)).toEqual({ type: 'binary', bytes }),
)
