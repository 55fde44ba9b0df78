import { Reader } from './reader.ts'
import type { Summary } from './summary.ts'
import { type Dialect, SQLITE, type Token, tokensOf } from './tokens.ts'

/** Characters of a statement that are read. */
export const MAX_STATEMENT_LENGTH = 16_384

export interface Description extends Summary {
  /** The statement with `?` for its values, without comments; its first 16,384 characters. */
  text: string
}

/** Whether a dot follows, comments and spaces aside. */
const isQualifier = (tokens: readonly Token[], index: number): boolean => {
  let next = index + 1
  while (/^(?:space|comment)$/.test(tokens[next]?.kind ?? '')) {
    next += 1
  }
  return tokens[next]?.text === '.'
}

/** How much a string holds depends on a setting of the session, outside SQLite: a backslash may escape its quote. */
const isDoubtful = ({ kind, text }: Token, dialect: Dialect): boolean =>
  dialect !== SQLITE && kind === 'string' && /\\['"]/.test(text)

/**
 * Reads statements in a dialect, per the semantic conventions' "Sanitization of `db.query.text`" and "Generating
 * a summary of the query". What cannot be told from a value is a value.
 */
export const describeSql = (statement: string, dialect: Dialect = SQLITE): Description => {
  const reader = new Reader(dialect)
  const tokens = tokensOf(statement.slice(0, MAX_STATEMENT_LENGTH), dialect)
  const pieces: string[] = []
  let isGap = false
  for (const [index, token] of tokens.entries()) {
    const { kind, text } = token
    if (kind === 'comment') {
      isGap = true
      continue
    }
    if (kind === 'space') {
      isGap = false
      pieces.push(text)
      continue
    }
    // What a comment kept apart stays apart.
    if (isGap && !/\s/.test(pieces.at(-1)?.[0] ?? ' ')) {
      pieces.push(' ')
    }
    isGap = false
    // The sign of a number is part of it, also between two numbers, as the conventions' test cases have it.
    const isSign =
      /^[+-]$/.test(text) &&
      tokens[index + 1]?.kind === 'number' &&
      (reader.isOperandNext || tokens[index - 1]?.kind === 'number')
    if (!isSign) {
      // Only to SQLite may it be a string.
      const isNamed = kind === 'quoted' && (dialect !== SQLITE || isQualifier(tokens, index))
      const isValue = reader.read(token, isNamed)
      pieces.push(isValue ? '?' : text)
      // As in `'it's mine'`, where nothing that follows is what it seems: a quote of the value has ended the string.
      if (
        isDoubtful(token, dialect) ||
        (isValue && kind !== 'number' && /^(?:word|number)$/.test(tokens[index + 1]?.kind ?? ''))
      ) {
        break
      }
    }
  }
  return { text: pieces.join('').trim(), ...reader.end() }
}
