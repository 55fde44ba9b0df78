/** What the next token can be. */
export type Place =
  /** A value, or the name of one. */
  | 'value'
  /** What follows a whole value: an operator, the name it is given, the next clause. */
  | 'after'
  /** A name that the summary does not tell. */
  | 'name'
  /** A table, view, index or trigger. */
  | 'target'
  /** A common table expression. */
  | 'common'
  /** The beginning of a statement. */
  | 'start'
  /** What it is that is created, altered or dropped. */
  | 'kind'

/** A statement, or what is between two parentheses. */
export interface Level {
  /** How it begins, or what it creates; empty until that is known. */
  head: string
  /** What a comma leads to. */
  list: Place
  /** Whether a value, or a table, may be given a name without AS. */
  isNaming: boolean
  /** Whether a FROM would begin tables: it is an operator too, and a word within functions. */
  awaitsFrom: boolean
}

export const levelOf = (list: Place): Level => ({
  head: '',
  list,
  isNaming: list === 'target',
  awaitsFrom: false,
})
