import { rememberByText } from './cache.ts'
import { type Description, describeSql } from './describe.ts'
import { type Dialect, SQLITE } from './tokens.ts'

/** A statement as text, and whether its values came separately. */
export interface Statement {
  readonly text: string
  readonly bound: boolean
}

type Describe = (text: string) => Description

const BOUNDS = { count: 500, length: 131_072 }

const known = /* @__PURE__ */ new Map<Dialect, Describe>()

/** What a statement says without its values, and what it does to which table. */
export const describeStatement = (text: string, dialect: Dialect = SQLITE): Description => {
  let describe = known.get(dialect)
  if (!describe) {
    describe = rememberByText((each) => describeSql(each, dialect), BOUNDS)
    known.set(dialect, describe)
  }
  return describe(text)
}
