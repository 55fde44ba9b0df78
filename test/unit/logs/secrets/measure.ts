import { createRedactor } from '../../../../src/logs/redact.ts'
import { fieldsOf } from '../outputs.ts'
import { CARDS, FORMATS, PATHS } from './formats.ts'
import { madeUp } from './made-up.ts'
import { INNOCENT_KEYS, SECRET_KEYS } from './names.ts'
import { INNOCENT_PAIRS, INNOCENT_TEXTS, SECRET, SECRET_PAIRS, SECRET_TEXTS } from './texts.ts'

/** One probe. */
export interface Outcome {
  kind: string
  probe: string
  isSecret: boolean
  isRedacted: boolean
}

const redactor = createRedactor()

const hides = (line: string, secret: string): boolean =>
  !line.includes(secret) && !line.includes(JSON.stringify(secret).slice(1, -1))

const looks = (): Outcome[] =>
  FORMATS.map((shape) => {
    const secret = madeUp(shape)
    const redacted = redactor.text(`failed with ${secret}, again`)
    // Not a part of it either.
    const isRedacted = hides(redacted, secret) && hides(redacted, secret.slice(-12))
    return { kind: 'tokens by their looks', probe: shape, isSecret: true, isRedacted }
  })

const cards = (): Outcome[] =>
  CARDS.map((card) => ({
    kind: 'card numbers',
    probe: card,
    isSecret: true,
    isRedacted: hides(redactor.text(`paid with ${card} today`), card),
  }))

const paths = (): Outcome[] =>
  PATHS.map(([before, shape]) => {
    const secret = madeUp(shape)
    const redacted = redactor.text(madeUp(before) + secret)
    return {
      kind: 'secrets in paths',
      probe: before + shape,
      isSecret: true,
      isRedacted: hides(redacted, secret) && hides(redacted, secret.slice(-6)),
    }
  })

const keys = (): Outcome[] =>
  [...SECRET_KEYS, ...INNOCENT_KEYS].map((key, i) => ({
    kind: i < SECRET_KEYS.length ? 'values by their key' : 'keys that look alike',
    probe: key,
    isSecret: i < SECRET_KEYS.length,
    isRedacted: fieldsOf({ inner: { [key]: SECRET } }).inner !== undefined && hides(JSON.stringify(fieldsOf({ inner: { [key]: SECRET } })), SECRET),
  })) // biome-ignore format: one line reads better

const texts = (): Outcome[] => [
  ...SECRET_TEXTS.map((text) => ({
    kind: 'values by their name in a text',
    probe: text,
    isSecret: true,
    isRedacted: hides(redactor.text(text.replace('§', SECRET)), SECRET),
  })),
  ...INNOCENT_TEXTS.map((shape) => {
    const text = madeUp(shape)
    return {
      kind: 'texts that look alike',
      probe: shape,
      isSecret: false,
      isRedacted: redactor.text(text) !== text,
    }
  }),
]

const pairs = (): Outcome[] => [
  ...SECRET_PAIRS.map((pair) => ({
    kind: 'names and values as members',
    probe: JSON.stringify(pair),
    isSecret: true,
    isRedacted: hides(JSON.stringify(fieldsOf({ pair })), SECRET) && hides(JSON.stringify(fieldsOf({ pair })), '8642'),
  })),
  ...INNOCENT_PAIRS.map((pair) => ({
    kind: 'members that look alike',
    probe: JSON.stringify(pair),
    isSecret: false,
    isRedacted: JSON.stringify(fieldsOf({ pair }).pair) !== JSON.stringify(pair),
  })),
] // biome-ignore format: one line reads better

/** What redaction makes of the whole corpus. */
export const measure = (): Outcome[] => [
  ...looks(),
  ...cards(),
  ...paths(),
  ...keys(),
  ...texts(),
  ...pairs(),
]

/** Shares of right answers, in percent with one decimal. */
export const rates = (outcomes: readonly Outcome[]): { precision: string; recall: string } => {
  const count = (isSecret: boolean, isRedacted: boolean): number =>
    outcomes.filter((each) => each.isSecret === isSecret && each.isRedacted === isRedacted).length
  const found = count(true, true)
  return {
    precision: ((100 * found) / (found + count(false, true))).toFixed(1),
    recall: ((100 * found) / (found + count(true, false))).toFixed(1),
  }
}
