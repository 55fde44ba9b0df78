import type { Attributes } from '@opentelemetry/api'
import fc, { type Arbitrary } from 'fast-check'

export const anyString: Arbitrary<string> = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom('\ud800', 'a\udfff"b', '\u0000\u001f\u2028', '€😀', '"\\', ''),
  // Where the length of an encoded length changes, in characters and in bytes.
  fc.constantFrom(47, 48, 127, 128, 16_383, 16_384).map((length) => 'a'.repeat(length)),
  fc.constantFrom(42, 43, 127, 128, 5461, 5462, 16_384).map((length) => '€'.repeat(length)),
)

const anyScalar = fc.oneof(
  anyString,
  fc.double(),
  fc.integer(),
  fc.maxSafeInteger(),
  fc.boolean(),
  fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n }),
  fc.constantFrom(2n ** 63n, 2n ** 63n - 1n, -(2n ** 63n), -(2n ** 63n) - 1n, -1n, 2n ** 32n),
  fc.constantFrom(Number.NaN, Infinity, -Infinity, -0, 2 ** 63, 2 ** 53, -(2 ** 53), 5e-324),
)

// Two keys that differ only in lone surrogates become one on the wire, which no receiver takes.
const anyMap = <T>(value: Arbitrary<T>, maxKeys: number): Arbitrary<Record<string, T>> =>
  fc.dictionary(anyString, value, { maxKeys }).filter((map) => {
    const keys = Object.keys(map).map((key) => key.toWellFormed())
    return new Set(keys).size === keys.length
  })

/** Whatever may be recorded as a value, nested ones included. */
export const anyValue: Arbitrary<unknown> = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    anyScalar,
    fc.array(fc.oneof(anyScalar, fc.constantFrom(null, undefined), tie('value')), { maxLength: 4 }),
    anyMap(fc.oneof(fc.constantFrom(null, undefined), tie('value')), 4),
    fc.uint8Array({ maxLength: 300 }),
  ),
})).value

export const anyAttributes: Arbitrary<Attributes> = anyMap(anyValue, 6) as Arbitrary<Attributes>
