import type { Expression, Operator } from './parse.ts'

/** What of a record is compared. */
export interface Searchable {
  /** The value of a key as text; undefined where there is none. */
  value(key: string): string | undefined
  /** Whether it has the words, all of them. */
  hasText(words: string): boolean
  /** Of its trace and its span, in lower case. */
  ids: readonly string[]
}

/** Beginnings of ids that are shorter could be words. */
const MIN_ID_LENGTH = 6

/** Whether a query is true of a record. */
export function isTrue(expression: Expression, record: Searchable): boolean {
  switch (expression.is) {
    case 'and':
      return expression.parts.every((part) => isTrue(part, record))
    case 'or':
      return expression.parts.some((part) => isTrue(part, record))
    case 'not':
      return !isTrue(expression.part, record)
    case 'exists':
      return record.value(expression.key) !== undefined
    case 'compare':
      return compares(record.value(expression.key), expression.operator, expression.value)
    case 'text':
      return isIdOf(record.ids, expression.text) || record.hasText(expression.text)
  }
}

/** Whether a word may be the beginning of an id. */
export function mayBeId(text: string): boolean {
  return text.length >= MIN_ID_LENGTH && /^[0-9a-f]{1,32}$/i.test(text)
}

const isIdOf = (ids: readonly string[], text: string): boolean =>
  mayBeId(text) && ids.some((id) => id.startsWith(text.toLowerCase()))

/** Nothing is true of a key that is not there, as in TraceQL: `not key=value` finds these as well. */
function compares(value: string | undefined, operator: Operator, wanted: string): boolean {
  if (value === undefined) return false
  if (operator === '!=') return value !== wanted
  if (operator === '=') return value === wanted
  if (operator === '~') return contains(value.toLowerCase(), wanted.toLowerCase())
  const [a, b] = [numberOf(value), numberOf(wanted)]
  const order =
    Number.isNaN(a) || Number.isNaN(b) ? (value < wanted ? -1 : value > wanted ? 1 : 0) : a - b
  if (operator === '>') return order > 0
  if (operator === '<') return order < 0
  return operator === '>=' ? order >= 0 : order <= 0
}

/** The parts between `*`, in their order. No regular expression, which could take forever. */
function contains(value: string, pattern: string): boolean {
  let from = 0
  for (const part of pattern.split('*')) {
    const at = value.indexOf(part, from)
    if (at < 0) return false
    from = at + part.length
  }
  return true
}

const UNITS_MS: Record<string, number> = { ns: 1e-6, us: 1e-3, µs: 1e-3, ms: 1, s: 1000, m: 60_000 }

/** A number, or a duration such as `100ms` in milliseconds. */
function numberOf(text: string): number {
  const [, amount, unit] = /^(-?\d+(?:\.\d+)?)(ns|us|µs|ms|s|m)$/.exec(text) ?? []
  if (amount && unit) return Number(amount) * (UNITS_MS[unit] ?? 1)
  return text.trim() === '' ? Number.NaN : Number(text)
}
