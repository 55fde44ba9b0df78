import fc from 'fast-check'

/** Set for every run, so that a failure can be repeated and CI runs what was run here. */
export const SEED = 20_261_121

/** What parsers stumble over, whatever they parse. */
const COMMON = [
  ...[',', ';', '=', ' ', '\t', '\r\n', '\n', '\0', '"', '\\', '%', '%2', '%00', '%ff', '%zz'],
  ...['\u2028', '\u001b[31m', '\ud800', '\u00a0', '😀', 'ÿ', '', '-', '*', '/', '?', '&', '#', ':'],
  ...['__proto__', 'constructor', 'prototype', 'toString', 'null', 'NaN', '-1', '1e999', '0x10'],
]

/** Texts put together from a parser's own words and from what it does not expect. */
export const hostileText = (...words: readonly string[]): fc.Arbitrary<string> =>
  fc
    .array(
      fc.oneof(
        { weight: 6, arbitrary: fc.constantFrom(...words, ...words, ...COMMON) },
        { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 6 }) },
        {
          weight: 1,
          arbitrary: fc
            .tuple(fc.constantFrom(...words, ...COMMON), fc.constantFrom(2, 33, 70, 300, 9000))
            .map(([word, times]) => word.repeat(times).slice(0, 20_000)),
        },
      ),
      { maxLength: 10 },
    )
    .map((parts) => parts.join(''))

/** A right text with one place changed: what random texts hardly ever come close to. */
export const nearly = (text: string): fc.Arbitrary<string> =>
  fc
    .tuple(
      fc.nat(text.length),
      fc.constantFrom(0, 1, 2),
      fc.oneof(fc.constantFrom(...COMMON), fc.string({ unit: 'binary', maxLength: 3 })),
    )
    .map(([at, cut, insert]) => text.slice(0, at) + insert + text.slice(at + cut))

/** Anything that JSON or a structured clone can bring, and some that they cannot. */
export const hostileValue: fc.Arbitrary<unknown> = fc.oneof(
  fc.anything({ withBigInt: true, withNullPrototype: true, withDate: true, maxDepth: 2 }),
  hostileText(),
  fc.constantFrom(null, undefined, Number.NaN, [], {}, [[[]]], Symbol('x'), () => 1),
)
