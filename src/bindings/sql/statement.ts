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
