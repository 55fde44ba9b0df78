import type { Attributes } from '@opentelemetry/api'
import * as ATTR from './attributes.ts'

/** A statement as text, and whether its values came separately. */
export interface Statement {
  readonly text: string
  readonly bound: boolean
}

export interface StatementSummary {
  /** The first keyword in capitals, such as `SELECT`. */
  operation: string
  /** The table, when it is the only one. */
  collection: string | undefined
}

// One pass over the tokens, so that a digit in a name, or a quote in a comment, is not taken for more.
const TOKEN =
  /--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|x?'(?:[^']|'')*(?:'|$)|"[^"]*(?:"|$)|`[^`]*(?:`|$)|\[[^\]]*(?:\]|$)|[?:@$]?[a-z_]\w*|[?:@$]\d*|\.?\d[\w.]*(?:(?<=e)[+-]\d+)?/gi

// A quote that is not closed may begin anything, and so is not a name.
const isWord = (token: string): boolean =>
  /^(?:"[\s\S]*"|`[\s\S]*`|\[[\s\S]*\])$|^[?:@$a-z_]/i.test(token) && !/^x'/i.test(token)

/** Replaces literals by `?` and drops comments: what is left are keywords, names and parameters. */
export const sanitizeSql = (text: string): string =>
  text
    .replace(TOKEN, (token) => (/^(?:--|\/\*)/.test(token) ? ' ' : isWord(token) ? token : '?'))
    .trim()

const OPERATION = /^[\s(;]*([a-z]+)/i
const TABLE = /\b(?:from|into|update(?:\s+or\s+[a-z]+)?|join)\s+(["`[]?)([\w.]+)/gi

/** What a statement does and to which table, read cheaply: no table is told where there are several. */
export const summarizeSql = (sanitized: string): StatementSummary => {
  const tables = new Set<string>()
  for (const [, , table] of sanitized.matchAll(TABLE)) {
    tables.add(table as string)
  }
  const isList = /\bfrom\s+[\w."`[\]]+(?:\s+(?:as\s+)?\w+)?\s*,/i.test(sanitized)
  return {
    operation: OPERATION.exec(sanitized)?.[1]?.toUpperCase() ?? 'EXEC',
    collection: tables.size === 1 && !isList ? [...tables][0] : undefined,
  }
}

/** `no such table: gone: SQLITE_ERROR`, behind `D1_ERROR:` or not: the code is what tells failures apart. */
export const sqliteFailure = (error: unknown): Attributes | undefined => {
  const code = /\bSQLITE_[A-Z_]+/.exec(String((error as Error | undefined)?.message))?.[0]
  return code ? { [ATTR.dbStatus]: code, [ATTR.errorType]: code } : undefined
}
