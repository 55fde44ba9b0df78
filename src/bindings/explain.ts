import { describeThrown } from '../base/thrown.ts'
import { type Token, tokensOf } from './sql/tokens.ts'

/** What SQLite would do to answer a statement. */
export interface StatementPlan {
  readonly statement: string
  /** Names of the indexes that it would search. One that it would read from its beginning is none. */
  readonly indexes: readonly string[]
  /** It would read a table, or an index of one, from its beginning: all of it, unless a `LIMIT` ends it early. */
  readonly scansTable: boolean
  /** Why SQLite could not say. */
  readonly error: string | undefined
}

/** Runs a query with `bound` values, each of them null, and gives its rows. */
export type Query = (text: string, bound?: number) => Promise<Record<string, unknown>[]>

/** A line of a plan, which stands below its parent. */
interface Step {
  readonly id: number
  readonly parent: number
  readonly detail: string
}

/** Asks for the plan of a statement, which is not run. Never throws. */
export const explain = async (query: Query, statement: string): Promise<StatementPlan> => {
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
    const steps = (await query(`EXPLAIN QUERY PLAN ${statement}`, highest(parameters))).map(
      ({ id, parent, detail }): Step => ({
        id: Number(id),
        parent: Number(parent),
        detail: String(detail),
      }),
    )
    const made = madeBy(steps, tokens)
    return {
      statement,
      indexes: [...new Set(steps.flatMap(({ detail }) => indexIn(detail) ?? []))],
      scansTable: steps.some((step) => isScan(step, steps, made)),
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
  detail.startsWith('SEARCH ')
    ? detail.split(/ USING (?:COVERING )?INDEX /, 2)[1]?.split(' (', 1)[0]
    : undefined

/** Names that stand for what the statement makes itself, each with the steps that make it. */
type Made = ReadonlyMap<string, readonly Step[]>

/** `MATERIALIZE mine`, and, by what the statement says, `mine AS m`. */
const madeBy = (steps: readonly Step[], tokens: readonly Token[]): Made => {
  const made = new Map<string, Step[]>()
  for (const step of steps) {
    const [, name] = /^(?:MATERIALIZE|CO-ROUTINE) (.+)$/s.exec(step.detail) ?? []
    if (name !== undefined) {
      add(made, name.toLowerCase(), step)
    }
  }
  const makersOf = new Map(made)
  tokens.forEach(({ text }, at) => {
    const alias = tokens[at + (tokens[at + 1]?.text.toUpperCase() === 'AS' ? 2 : 1)]
    for (const maker of makersOf.get(nameIn(text)) ?? []) {
      add(made, nameIn(alias?.text ?? ''), maker)
    }
  })
  return made
}

const add = (made: Map<string, Step[]>, name: string, maker: Step): void => {
  const makers = made.get(name) ?? []
  if (!makers.includes(maker)) {
    made.set(name, [...makers, maker])
  }
}

/** Without its quotes, and as it is compared. */
const nameIn = (text: string): string => {
  const quote = /^["`'[]/.exec(text)?.[0]
  return (quote ? text.slice(1, -1).replaceAll(quote + quote, quote) : text).toLowerCase()
}

/** `SCAN orders`, but not of what the statement made itself. An index that is made for one answer takes a scan as well. */
const isScan = (step: Step, steps: readonly Step[], made: Made): boolean => {
  const [, name] =
    /^SCAN (?!\(|\d|CONSTANT ROW)(.+)$/s.exec(step.detail) ??
    /^SEARCH (.+) USING AUTOMATIC /s.exec(step.detail) ??
    []
  if (name === undefined || / VIRTUAL TABLE /.test(name)) {
    return false
  }
  const makers = made.get(name.replace(/ (?:LEFT-JOIN|EXISTS)$/, '').toLowerCase()) ?? []
  // What makes it may read a table of that name.
  return !makers.some((maker) => !isWithin(step, maker, steps))
}

/** A recursive query reads within what makes it what was made so far. */
const isWithin = (step: Step, maker: Step, steps: readonly Step[]): boolean => {
  for (let at: Step | undefined = step; at; at = parentOf(at, steps)) {
    if (at.id === maker.id) {
      return true
    }
    if (at.detail === 'RECURSIVE STEP' && at.parent === maker.id) {
      return false
    }
  }
  return false
}

/** It stands before its children, so that no answer makes a circle. */
const parentOf = (step: Step, steps: readonly Step[]): Step | undefined =>
  steps.slice(0, steps.indexOf(step)).find(({ id }) => id === step.parent)
