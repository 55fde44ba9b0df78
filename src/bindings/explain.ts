import { describeThrown } from '../base/thrown.ts'
import { tokensOf } from './sql/tokens.ts'

/** What SQLite would do to answer a statement. */
export interface StatementPlan {
  readonly statement: string
  /** Names of the indexes that it would use. */
  readonly indexes: readonly string[]
  /** It would read a table from its beginning, without an index: all of it, unless a `LIMIT` ends it early. */
  readonly scansTable: boolean
  /** Why SQLite could not say. */
  readonly error: string | undefined
}

type Ask = (text: string, bound: number) => Promise<Record<string, unknown>[]>

/** Asks for the plan of a statement, which is not run. Never throws. */
export const explain = async (ask: Ask, statement: string): Promise<StatementPlan> => {
  const none = { statement, indexes: [], scansTable: false }
  try {
    const tokens = tokensOf(statement).filter(({ kind }) => kind !== 'space' && kind !== 'comment')
    if (tokens.at(-1)?.text === ';') {
      tokens.pop()
    }
    // D1 would run what comes behind.
    if (tokens.some(({ text }) => text === ';')) {
      return { ...none, error: 'It is more than one statement.' }
    }
    // SQLite does what some say when it is asked for their plan.
    if (tokens[0]?.text.toUpperCase() === 'PRAGMA') {
      return { ...none, error: 'It is a PRAGMA.' }
    }
    const parameters = tokens.filter(({ kind }) => kind === 'parameter').map(({ text }) => text)
    const details = (await ask(`EXPLAIN QUERY PLAN ${statement}`, highest(parameters))).map(
      ({ detail }) => String(detail),
    )
    return {
      statement,
      indexes: [...new Set(details.flatMap((detail) => indexIn(detail) ?? []))],
      scansTable: details.some((detail) => isScan(detail, details)),
      error: undefined,
    }
  } catch (error) {
    return { ...none, error: describeThrown(error) }
  }
}

/** How many values have to be bound: `?` is one more than the greatest so far, `?5` is the fifth. */
const highest = (parameters: readonly string[]): number =>
  parameters.reduce(
    (most, text) => (text === '?' ? most + 1 : Math.max(most, Number(text.slice(1)) || 0)),
    0,
  )

/** `SEARCH orders USING COVERING INDEX by_customer (customer=?)`. What has no name of its own, a rowid or a key, is none. */
const indexIn = (detail: string): string | undefined =>
  detail.split(/ USING (?:COVERING )?INDEX /, 2)[1]?.split(' (', 1)[0]

/** `SCAN orders`, but not of what the statement made itself. An index that is made for one answer takes a scan as well. */
const isScan = (detail: string, details: readonly string[]): boolean =>
  / USING AUTOMATIC /.test(detail) ||
  (/^SCAN (?!\(|\d|CONSTANT ROW)/.test(detail) &&
    !/ USING | VIRTUAL TABLE /.test(detail) &&
    !details.some(
      (other) =>
        /^(?:MATERIALIZE|CO-ROUTINE) /.test(other) && other.endsWith(` ${detail.slice(5)}`),
    ))
