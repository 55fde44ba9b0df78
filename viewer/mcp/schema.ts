import type { InputSchema } from './arguments.ts'
import { DEFAULT_CHARS, MAX_CHARS, MIN_CHARS } from './fit.ts'

type Property = InputSchema['properties'][string]
type Properties<K extends string> = Readonly<Record<K, Property>>

export const text = (description: string): Property => ({ type: 'string', description })
export const number = (description: string): Property => ({ type: 'number', description })

/** An argument that is one of some words. */
const oneOf = (description: string, choices: readonly string[]): Property =>
  ({ type: 'string', enum: choices, description }) as Property

/** Arguments that several tools have. */
export const SHARED: Properties<'service' | 'q' | 'text' | 'attribute' | 'limit' | 'cursor'> = {
  service: text('only this service'),
  q: text(
    'a query: key=value, !=, >, <, ~ (contains), key exists, and, or, not, parentheses, words; keys are attributes, or name, service, kind, status, duration (100ms), route; of logs level, body, event',
  ),
  text: text('words that occur; a word with * at its end stands for all that begin so'),
  attribute: {
    type: 'array',
    items: { type: 'string' },
    description: 'attributes as key=value, all of which must be there',
  } as Property,
  limit: number('how many to list'),
  cursor: text('nextCursor of the page before'),
}

export const RANGE: Properties<'last' | 'from' | 'to'> = {
  last: text('how far back to look: 30s, 15m, 6h, 7d'),
  from: number('milliseconds since 1970, instead of `last`'),
  to: number('milliseconds since 1970'),
}

/** Every tool has it. */
export const WITH_SIZE: Properties<'maxChars'> = {
  maxChars: number(
    `most characters of the answer, ${MIN_CHARS} to ${MAX_CHARS}; default ${DEFAULT_CHARS}. \`omitted\` counts what did not fit`,
  ),
}

export const STATUS: Property = oneOf('with or without failed spans', ['error', 'ok'])
export const LEVEL: Property = oneOf('this level and higher ones', [
  'trace',
  'debug',
  'info',
  'warn',
  'error',
  'fatal',
])
