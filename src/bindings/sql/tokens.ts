/** What a token is to the database. */
export const KINDS = [
  'space',
  'comment',
  'string',
  'quoted',
  'parameter',
  'number',
  'word',
  'other',
] as const

export type TokenKind = (typeof KINDS)[number]

export interface Token {
  kind: TokenKind
  text: string
}

// A group for each kind, in their order. What begins like a token is one, to the end of the text if need be, so nothing
// is read twice. A number or a name goes on for as long as a name could. A quote is closed by one that is not doubled;
// one that is never closed may begin anything: a string.

/** SQLite's, from the tokenizer of its source, `tokenize.c`. */
export const TOKEN: RegExp =
  /(\s+)|(--[^\n]*|\/\*[\s\S]*?(?:\*\/|$))|(x?'(?:[^']|'')*(?:'|$)|"(?:[^"]|"")*$|`(?:[^`]|``)*$|\[[^\]]*$)|("(?:[^"]|"")*"|`(?:[^`]|``)*`|\[[^\]]*\])|(\?\d*|[:@$#][\w$\x80-\uffff]*)|((?:\d[\d_]*\.?|\.\d)[\d_]*(?:e[+-]?\d+)?[\w$\x80-\uffff]*)|([a-z_\x80-\uffff][\w$\x80-\uffff]*)|([\s\S])/gi

/** Whose rules a statement is read by. */
export interface Dialect {
  /** A group for each kind. */
  readonly token: RegExp
  readonly kinds: readonly TokenKind[]
  /** How statements begin, where it is not as in SQLite. */
  readonly statement?: RegExp
  /** What may stand before a table, besides what may in SQLite. */
  readonly beforeTarget?: RegExp
}

export const SQLITE: Dialect = { token: TOKEN, kinds: KINDS }

/** The tokens of a statement, which together are its text. */
export const tokensOf = (text: string, { token, kinds }: Dialect = SQLITE): Token[] =>
  Array.from(text.matchAll(token), ([found, ...groups]) => ({
    text: found,
    kind: kinds[groups.indexOf(found)] as TokenKind,
  }))
