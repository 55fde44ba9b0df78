import type { Attributes } from '@opentelemetry/api'
import { hideIn } from '../../base/thrown.ts'
import * as ATTR from '../attributes.ts'
import { describeStatement } from './statement.ts'
import { type Dialect, SQLITE } from './tokens.ts'

/** What a database quotes may be a value. To the last quote, since a value may have quotes in it. */
const QUOTED = /(["'`])([\s\S]*)\1/g
/** A name that it found no meaning for: a value, where quotes were wrong. */
const UNKNOWN = /(no such (?:column|function): )()([^\s:]+)/g

/** What a message of a database's says, without what is not recorded of these statements either. */
export const withoutValues = (
  texts: readonly string[],
  message: string,
  dialect: Dialect = SQLITE,
): string => {
  const lines = texts
    .flatMap((text) => [text, ...text.split('\n')])
    .map((line) => line.trim())
    .filter((line) => line.length > 3)
    .sort((a, b) => b.length - a.length)
  const known = texts.map((text) => describeStatement(text, dialect).text).join('\n')
  const line = lines.find((each) => message.includes(each))
  return line === undefined
    ? message
        .replace(QUOTED, (all, quote, text) =>
          text && known.includes(text) ? all : `${quote}?${quote}`,
        )
        .replace(UNKNOWN, (all, what, _, name) => (known.includes(name) ? all : `${what}?`))
    : message
        .split(line)
        .map((part) => withoutValues(texts, part, dialect))
        .join(describeStatement(line, dialect).text)
}

/**
 * What failed: of `no such table: gone: SQLITE_ERROR`, behind `D1_ERROR:` or not, the code. Wherever the error is
 * recorded from now on, it is without the values of these statements.
 */
export const sqliteFailure =
  (texts: readonly string[]) =>
  (error: unknown): Attributes | undefined => {
    const code = /\bSQLITE_[A-Z_]+/.exec(String((error as Error | undefined)?.message))?.[0]
    hideIn(error, (message) => withoutValues(texts, message))
    return code ? { [ATTR.dbStatus]: code, [ATTR.errorType]: code } : undefined
  }
