/** What a token is to SQLite, whose tokens these are: the tokenizer of its source, `tokenize.c`. */
const KINDS = [
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
export const TOKEN: RegExp =
  /(\s+)|(--[^\n]*|\/\*[\s\S]*?(?:\*\/|$))|(x?'(?:[^']|'')*(?:'|$)|"(?:[^"]|"")*$|`(?:[^`]|``)*$|\[[^\]]*$)|("(?:[^"]|"")*"|`(?:[^`]|``)*`|\[[^\]]*\])|(\?\d*|[:@$#][\w$\x80-\uffff]*)|((?:\d[\d_]*\.?|\.\d)[\d_]*(?:e[+-]?\d+)?[\w$\x80-\uffff]*)|([a-z_\x80-\uffff][\w$\x80-\uffff]*)|([\s\S])/gi

/** The tokens of a statement, which together are its text. */
export const tokensOf = (text: string): Token[] =>
  Array.from(text.matchAll(TOKEN), ([token, ...groups]) => ({
    text: token,
    kind: KINDS[groups.indexOf(token)] as TokenKind,
  }))
