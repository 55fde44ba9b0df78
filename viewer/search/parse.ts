import { type Token, tokensOf } from './tokens.ts'

/** How a key is compared. `~`: contains, with `*` for anything between. */
export type Operator = '=' | '!=' | '>' | '>=' | '<' | '<=' | '~'

/** A query as a tree. */
export type Expression =
  | { is: 'and' | 'or'; parts: Expression[] }
  | { is: 'not'; part: Expression }
  | { is: 'compare'; key: string; operator: Operator; value: string }
  | { is: 'exists'; key: string }
  /** A word of names and values, with `*` at its end for a beginning; or the beginning of an id. */
  | { is: 'text'; text: string }

/** A query that cannot be read; `at` is where, from 0. */
export class QueryError extends Error {
  override name = 'QueryError'
  readonly at: number

  constructor(message: string, at: number) {
    super(`${message}, at ${at + 1}`)
    this.at = at
  }
}

/** Terms of one query, and parentheses within each other. */
const MAX_TERMS = 64
const MAX_DEPTH = 32

/**
 * Reads a query: `key=value`, `!=`, `>`, `>=`, `<`, `<=`, `~`, `key exists`, words, "quoted words",
 * `and` (which may be left out), `or`, `not`, parentheses. Undefined for an empty one.
 *
 * @throws QueryError that says what was expected where.
 */
export function parseQuery(text: string): Expression | undefined {
  const tokens = tokensOf(text)
  if (tokens.length === 0) return undefined
  if (tokens.length > 8 * MAX_TERMS) throw new QueryError('the query is too long', 0)
  const parser = new Parser(tokens, text.length)
  const expression = parser.alternatives(0)
  parser.end()
  return expression
}

class Parser {
  readonly #tokens: readonly Token[]
  readonly #length: number
  #next = 0
  #terms = 0

  constructor(tokens: readonly Token[], length: number) {
    this.#tokens = tokens
    this.#length = length
  }

  alternatives(depth: number): Expression {
    const parts = [this.#all(depth)]
    while (this.#takeWord('or')) parts.push(this.#all(depth))
    return parts.length === 1 ? (parts[0] as Expression) : { is: 'or', parts }
  }

  end(): void {
    const token = this.#tokens[this.#next]
    if (token) throw new QueryError(`expected nothing more than "${token.text}"`, token.at)
  }

  #all(depth: number): Expression {
    const parts = [this.#one(depth)]
    for (;;) {
      const isSaid = this.#takeWord('and')
      const token = this.#tokens[this.#next]
      const isEnd = !token || token.text === ')' || this.#isWord(token, 'or')
      if (isEnd && !isSaid) break
      parts.push(this.#one(depth))
    }
    return parts.length === 1 ? (parts[0] as Expression) : { is: 'and', parts }
  }

  #one(depth: number): Expression {
    const token = this.#tokens[this.#next]
    if (!token) throw new QueryError('expected a word or a condition', this.#length)
    if (depth > MAX_DEPTH) throw new QueryError('too many parentheses', token.at)
    if (this.#takeWord('not')) return { is: 'not', part: this.#one(depth + 1) }
    if (token.kind === 'sign' && token.text === '(') {
      this.#next++
      const inner = this.alternatives(depth + 1)
      const close = this.#tokens[this.#next++]
      if (close?.text !== ')') throw new QueryError('expected `)`', close?.at ?? this.#length)
      return inner
    }
    if (token.kind === 'sign' || this.#isWord(token, 'and') || this.#isWord(token, 'or')) {
      throw new QueryError(`expected a word or a condition before "${token.text}"`, token.at)
    }
    if (++this.#terms > MAX_TERMS) throw new QueryError(`more than ${MAX_TERMS} terms`, token.at)
    this.#next++
    return this.#condition(token)
  }

  #condition(token: Token): Expression {
    const following = this.#tokens[this.#next]
    if (following?.kind === 'sign' && !/[()]/.test(following.text)) {
      this.#next++
      const value = this.#tokens[this.#next++]
      if (!value || value.kind === 'sign') {
        const at = value?.at ?? this.#length
        throw new QueryError(`expected a value after \`${following.text}\``, at)
      }
      const operator = following.text as Operator
      return { is: 'compare', key: token.text, operator, value: value.text }
    }
    if (this.#takeWord('exists')) return { is: 'exists', key: token.text }
    return { is: 'text', text: token.text }
  }

  #isWord(token: Token, word: string): boolean {
    return token.kind === 'word' && token.text.toLowerCase() === word
  }

  #takeWord(word: string): boolean {
    const token = this.#tokens[this.#next]
    if (!token || !this.#isWord(token, word)) return false
    this.#next++
    return true
  }
}
