import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { LogFields } from '../../../src/logs/record.ts'
import { outputsOf, recordOf } from './outputs.ts'

const secret = fc.oneof(
  fc.stringMatching(/^[a-z0-9]{8,24}$/),
  fc.stringMatching(/^[A-Za-z0-9+/=_.-]{8,40}$/),
  fc.string({ unit: 'grapheme', minLength: 8, maxLength: 20 }),
  fc.stringMatching(/^["'\\\n%&=: x]{8,12}[a-z]{4}$/),
  fc.integer({ min: 10_000_000, max: Number.MAX_SAFE_INTEGER }).map(String),
)

/** Texts that hold one of the secrets, or a part of one, among other things. */
const textWith = (secrets: readonly string[]): fc.Arbitrary<string> =>
  fc
    .array(
      fc.oneof(
        fc.constantFrom(...secrets),
        fc.constantFrom(...secrets).map((text) => text.slice(0, -1)),
        fc.string({ maxLength: 12 }),
        fc.constantFrom('token=', 'Bearer ', '"password":"', '://a:', '\ud800', '\u2028', ' '),
      ),
      { maxLength: 6 },
    )
    .map((parts) => parts.join(''))

const valueWith = (secrets: readonly string[]): fc.Arbitrary<unknown> => {
  const text = textWith(secrets)
  return fc.letrec((tie) => ({
    value: fc.oneof(
      { depthSize: 'medium', withCrossShrink: true },
      text,
      fc
        .constantFrom(...secrets)
        .map((digits) => (Number.isSafeInteger(Number(digits)) ? Number(digits) : digits)),
      fc
        .constantFrom(...secrets)
        .map((digits) => (/^\d+$/.test(digits) ? BigInt(digits) : Symbol(digits))),
      fc.array(tie('value'), { maxLength: 4 }),
      fc.dictionary(text, tie('value'), { maxKeys: 4 }),
      fc.array(fc.tuple(text, tie('value')), { maxLength: 3 }).map((pairs) => new Map(pairs)),
      fc.array(tie('value'), { maxLength: 3 }).map((items) => new Set(items)),
      fc.tuple(text, tie('value')).map(([message, cause]) => new Error(message, { cause })),
      fc.tuple(text, tie('value')).map(([key, inner]) => ({ toJSON: () => ({ [key]: inner }) })),
      text.map((query) => new URLSearchParams({ q: query })),
    ),
  })).value
}

const scenario = fc.array(secret, { minLength: 1, maxLength: 4 }).chain((secrets) =>
  fc.record({
    secrets: fc.constant(secrets),
    fields: fc.dictionary(textWith(secrets), valueWith(secrets), { maxKeys: 6 }),
    message: valueWith(secrets),
    name: textWith(secrets),
  }),
)

/** Every key and text of a value read back from JSON. */
const textsOf = (value: unknown): string[] => {
  if (typeof value !== 'object' || value === null) return [String(value)]
  return Object.entries(value).flatMap(([key, inner]) => [key, ...textsOf(inner)])
}

describe('secrets that were registered', () => {
  it('are in no output, whatever they are and wherever they stand', () => {
    fc.assert(
      fc.property(scenario, ({ secrets, fields, message, name }) => {
        const { line, otlp } = outputsOf({ redact: { secrets } })(
          recordOf(fields as LogFields, message, {
            loggerName: name,
            eventName: name,
            requestId: name,
          }),
        )
        // What stands in a secret's place may complete another, which ends as it begins.
        const texts = [...textsOf(JSON.parse(line)), ...textsOf(JSON.parse(otlp))]
          .join('\0')
          .replaceAll('[REDACTED]', '\0')
        for (const one of secrets) {
          expect(texts).not.toContain(one)
          // Punctuation of JSON itself could complete a secret that holds some.
          if (!/["\\,:{}[\]]/.test(one)) expect(line + otlp).not.toContain(one)
        }
      }),
      { numRuns: 1500 },
    )
  }, 60_000)
})
