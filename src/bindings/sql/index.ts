import type { Attributes } from '@opentelemetry/api'
import * as ATTR from '../attributes.ts'
import { rememberByText } from './cache.ts'
import { type Description, describeSql } from './describe.ts'

/** A statement as text, and whether its values came separately. */
export interface Statement {
  readonly text: string
  readonly bound: boolean
}

/** What a statement says without its values, and what it does to which table. */
export const describeStatement: (text: string) => Description = /* @__PURE__ */ rememberByText(
  describeSql,
  { count: 500, length: 131_072 },
)

/** `no such table: gone: SQLITE_ERROR`, behind `D1_ERROR:` or not: the code is what tells failures apart. */
export const sqliteFailure = (error: unknown): Attributes | undefined => {
  const code = /\bSQLITE_[A-Z_]+/.exec(String((error as Error | undefined)?.message))?.[0]
  return code ? { [ATTR.dbStatus]: code, [ATTR.errorType]: code } : undefined
}
